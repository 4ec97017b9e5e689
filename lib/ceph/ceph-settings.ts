import { secrets, type Table } from '../process/settings.ts'

export const CEPH_SETTINGS = {
  OPAQUE_SECRETS: {
    rule: secrets,
    default: [],
    meaning: "Secrets of which every record must show one in `opaqueData`, the topic's `OpaqueData`.",
  },
} as const satisfies Table
