/**
 * A hash for each event: `s` is its state, `f` the fencing number, `u` the end of the lease by the clock of Redis, `t` the sinks that
 * took it. It outlives the lease, so that the numbers of one event grow. What is not such a hash is left alone.
 */
export const CLAIM = `
local now = redis.call('TIME')
now = now[1] * 1000 + math.floor(now[2] / 1000)
local known = redis.pcall('HMGET', KEYS[1], 's', 'f', 'u', 't')
if known.err then return {'foreign'} end
local isState = known[1] == 'held' or known[1] == 'done' or known[1] == 'free'
local isWhole = tonumber(known[2]) and tonumber(known[3]) and string.sub(known[4] or '[', 1, 1) == '['
if isState and not isWhole then return {'foreign'} end
if not isState and redis.call('EXISTS', KEYS[1]) == 1 then return {'foreign'} end
if known[1] == 'done' then return {'done'} end
if known[1] == 'held' and tonumber(known[3]) > now then return {'held', tonumber(known[3]) - now} end
local fence = redis.call('HINCRBY', KEYS[1], 'f', 1)
redis.call('HSET', KEYS[1], 's', 'held', 'u', now + ARGV[1])
redis.call('PEXPIRE', KEYS[1], ARGV[2])
return {'ours', fence, known[4] or '[]'}`

/** ARGV: the fencing number, the state, the lease, the time to live, the sinks. An event that is done stays done. */
export const MARK = `
local known = redis.pcall('HMGET', KEYS[1], 's', 'f')
if known.err or known[2] ~= ARGV[1] then return 0 end
if known[1] == 'done' then return ARGV[2] == 'free' and 0 or 1 end
local now = redis.call('TIME')
redis.call('HSET', KEYS[1], 's', ARGV[2], 'u', now[1] * 1000 + math.floor(now[2] / 1000) + ARGV[3], 't', ARGV[5])
redis.call('PEXPIRE', KEYS[1], ARGV[4])
return 1`
