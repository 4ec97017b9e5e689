/** Ports: mon v2, mon v1, gateway, then the range the OSD picks its eight from. */
export const portCount = 23

export function cephConf(directory: string, fsid: string, ports: number[]): string {
  const [, , gateway, first] = ports
  return `[global]
fsid = ${fsid}
mon host = ${monAddresses(ports)}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
ms bind ipv6 = false
ms bind port min = ${first}
ms bind port max = ${ports.at(-1)}
keyring = ${directory}/keyring
mon data = ${directory}/mon
osd data = ${directory}/osd
rgw data = ${directory}/rgw
run dir = ${directory}
log file = ${directory}/$name.log
# No unix sockets: their paths may be no longer than 107 bytes, and a temporary directory may be.
admin socket =
pid file =
osd objectstore = memstore
memstore device bytes = 2147483648
osd pool default size = 1
osd pool default min size = 1
osd crush chooseleaf type = 0
mon allow pool size one = true
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
mon data avail warn = 1
# Seconds the mon gathers changes before it commits them (default 1): the gateway's pools are many small changes.
paxos propose interval = 0.02
rgw frontends = beast endpoint=127.0.0.1:${gateway}
`
}

export function monAddresses([v2, v1]: number[]): string {
  return `[v2:127.0.0.1:${v2},v1:127.0.0.1:${v1}]`
}

/** One key for everybody. radosgw 16.2.15 refuses to start with `auth client required = none`. */
export function keyring(key: string): string {
  const all = (...daemons: string[]) => daemons.map((daemon) => `\n\tcaps ${daemon} = "allow *"`).join('')
  return `[mon.]
	key = ${key}${all('mon')}
[client.admin]
	key = ${key}${all('mon', 'osd', 'mgr')}
[client.rgw]
	key = ${key}${all('mon', 'osd', 'mgr')}
[osd.0]
	key = ${key}
	caps mon = "allow profile osd"${all('osd')}
`
}
