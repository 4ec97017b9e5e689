/**
 * Which of nova's two dialects become events, in the words of its own `notification_format`. Where nova itself sends
 * `both`, everything comes twice under two ids; `versioned` or `unversioned` keeps one of the two.
 */
export const NOVA_NOTIFICATIONS = ['both', 'versioned', 'unversioned'] as const
export type NovaNotifications = (typeof NOVA_NOTIFICATIONS)[number]
