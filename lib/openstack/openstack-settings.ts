import { oneOf, type Table } from '../process/settings.ts'

/**
 * The formats of nova that become events, named as in nova's `notification_format`. If nova sends `both`, each notification
 * comes twice under two ids; `versioned` or `unversioned` keeps one of the two.
 */
export const NOVA_NOTIFICATIONS = ['both', 'versioned', 'unversioned'] as const
export type NovaNotifications = (typeof NOVA_NOTIFICATIONS)[number]

/**
 * The kinds that nova sends in both formats if `notification_format = both`, without their phase. They are in its nova/rpc.py
 * (legacy) and in its notification samples (versioned). All other kinds exist in one format only.
 */
const TWINS = new Set(
  Object.entries({
    instance:
      'create delete evacuate exists live_migration_abort live_migration_force_complete live_migration_post ' +
      'live_migration_post_dest live_migration_pre live_migration_rollback live_migration_rollback_dest pause power_off ' +
      'power_on reboot rebuild rebuild_scheduled rescue resize resize_confirm resize_finish resize_prep resize_revert ' +
      'restore resume shelve shelve_offload shutdown snapshot soft_delete suspend trigger_crash_dump unpause unrescue ' +
      'unshelve update volume_attach volume_detach',
    aggregate: 'add_host create delete remove_host update_metadata update_prop',
    server_group: 'add_member create delete',
    keypair: 'create delete import',
    compute_task: 'build_instances migrate_server rebuild_server',
    compute: 'exception',
    scheduler: 'select_destinations',
    libvirt: 'connect',
    metrics: 'update',
    volume: 'usage',
  }).flatMap(([resource, actions]) => actions.split(' ').map((action) => `${resource}.${action}`)),
)

/** The legacy format has only the end of these. */
const ENDS_ONLY = /^instance\.volume_(?:at|de)tach\.(?:start|error)$/

/** Whether nova's other format has the same notification. */
export const isTwin = ({ kind, resource, action }: { kind: string; resource: string; action: string }): boolean =>
  TWINS.has(`${resource}.${action}`) && !ENDS_ONLY.test(kind)

export const OPENSTACK_SETTINGS = {
  NOVA_NOTIFICATIONS: {
    rule: oneOf(...NOVA_NOTIFICATIONS),
    default: 'both',
    meaning: 'The dialects of nova that become events.',
  },
} as const satisfies Table
