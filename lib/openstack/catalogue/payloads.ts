// biome-ignore-all format: written by `npm run catalogue` from the notifications in test/fixtures.

type Fields = { readonly [field: string]: unknown }

interface Agent extends Fields {
  readonly admin_state_up: boolean
  readonly agent_type: string
  readonly alive: boolean
  readonly availability_zone: string
  readonly binary: string
  readonly configurations: Fields
  readonly created_at: string
  readonly description: string
  readonly heartbeat_timestamp: string
  readonly host: string
  readonly id: string
  readonly resources_synced: unknown
  readonly started_at: string
  readonly topic: string
}

interface AgentUpdateEnd extends Fields {
  readonly agent: Agent
}

interface Agent2 extends Fields {
  readonly description: string
}

interface AgentUpdateStart extends Fields {
  readonly agent: Agent2
  readonly id: string
}

interface AggregateAddHostEnd extends Fields {
  readonly aggregate_id?: number | string
  readonly host_name?: string
  readonly hosts?: readonly string[] | null
  readonly id?: number | null
  readonly metadata?: Fields | null
  readonly name: string
  readonly uuid?: string
}

interface AggregateAddHostStart extends Fields {
  readonly hosts: readonly string[] | null
  readonly id: number | null
  readonly metadata: Fields | null
  readonly name: string
  readonly uuid: string
}

interface AggregateAddhostEnd extends Fields {
  readonly aggregate_id: number | string
  readonly host_name: string
  readonly name: string
}

interface AggregateCacheImagesProgress extends Fields {
  readonly host: string
  readonly id: number | null
  readonly images_cached: readonly string[]
  readonly images_failed: readonly unknown[]
  readonly index: number
  readonly name: string
  readonly total: number
  readonly uuid: string
}

interface AggregateCreateEnd extends Fields {
  readonly aggregate_id?: number | string
  readonly hosts?: readonly string[] | null
  readonly id?: number | null
  readonly metadata?: Fields | null
  readonly name: string
  readonly uuid?: string
}

interface AggregateCreateStart extends Fields {
  readonly hosts?: readonly string[] | null
  readonly id?: number | null
  readonly metadata?: Fields | null
  readonly name: string
  readonly uuid?: string
}

interface AggregateDeleteEnd extends Fields {
  readonly aggregate_id?: number | string
  readonly hosts?: readonly string[] | null
  readonly id?: number | null
  readonly metadata?: Fields | null
  readonly name?: string
  readonly uuid?: string
}

interface Host extends Fields {
  readonly address: string
  readonly agent: string
}

interface Initiator extends Fields {
  readonly host: Host
  readonly id: string
  readonly project_id: string
  readonly request_id: string
  readonly typeURI: string
  readonly user_id: string
  readonly username: string
}

interface Observer extends Fields {
  readonly id: string
  readonly typeURI: string
}

interface ApplicationCredentialCreated extends Fields {
  readonly action?: string
  readonly eventTime?: string
  readonly eventType?: string
  readonly id?: string
  readonly initiator?: Initiator
  readonly observer?: Observer
  readonly outcome?: string
  readonly request_id?: string
  readonly resource_info: string
  readonly target?: Observer
  readonly typeURI?: string
}

interface Initiator2 extends Fields {
  readonly host: Host
  readonly id: string
  readonly request_id: string
  readonly typeURI: string
  readonly user_id: string
  readonly username: string
}

interface Authenticate extends Fields {
  readonly action: string
  readonly eventTime: string
  readonly eventType: string
  readonly id: string
  readonly initiator: Initiator2
  readonly observer: Observer
  readonly outcome: string
  readonly target: Observer
  readonly typeURI: string
}

interface BandwidthLimitRule extends Fields {
  readonly max_kbps: number
}

interface BandwidthLimitRuleCreateStart extends Fields {
  readonly bandwidth_limit_rule: BandwidthLimitRule
}

interface BandwidthLimitRule2 extends Fields {
  readonly direction: string
  readonly id: string
  readonly max_burst_kbps: number
  readonly max_kbps: number
}

interface BandwidthLimitRuleDeleteEnd extends Fields {
  readonly bandwidth_limit_rule: BandwidthLimitRule2
  readonly bandwidth_limit_rule_id: string
}

interface BaremetalChassisCreateEnd extends Fields {
  readonly created_at: string | null
  readonly description: string
  readonly extra: Fields
  readonly updated_at: unknown
  readonly uuid: string
}

interface BaremetalNodeConsoleRestoreEnd extends Fields {
  readonly bios_interface: string | null
  readonly boot_interface: string | null
  readonly boot_mode: unknown
  readonly clean_step: Fields
  readonly conductor_group: string
  readonly console_enabled: boolean | null
  readonly console_interface: string | null
  readonly created_at: string | null
  readonly deploy_interface: string | null
  readonly deploy_step: Fields
  readonly description: unknown
  readonly driver: string
  readonly extra: Fields
  readonly fault: unknown
  readonly inspect_interface: string | null
  readonly inspection_finished_at: string | null
  readonly inspection_started_at: unknown
  readonly instance_uuid: unknown
  readonly last_error: unknown
  readonly lessee: unknown
  readonly maintenance: boolean | null
  readonly maintenance_reason: string | null
  readonly management_interface: string | null
  readonly name: string
  readonly network_interface: string | null
  readonly owner: unknown
  readonly power_interface: string | null
  readonly power_state: string | null
  readonly properties: Fields
  readonly protected: boolean | null
  readonly protected_reason: unknown
  readonly provision_state: string
  readonly provision_updated_at: string | null
  readonly raid_interface: string | null
  readonly rescue_interface: string | null
  readonly resource_class: string
  readonly retired: boolean | null
  readonly retired_reason: unknown
  readonly secure_boot: unknown
  readonly storage_interface: string | null
  readonly target_power_state: unknown
  readonly target_provision_state: string | null
  readonly traits: readonly unknown[]
  readonly updated_at: string | null
  readonly uuid: string
  readonly vendor_interface: string | null
}

interface BaremetalNodeCreateEnd extends Fields {
  readonly bios_interface: string | null
  readonly boot_interface: string | null
  readonly boot_mode: unknown
  readonly chassis_uuid: unknown
  readonly clean_step: Fields
  readonly conductor_group: string
  readonly console_enabled: boolean | null
  readonly console_interface: string | null
  readonly created_at: string | null
  readonly deploy_interface: string | null
  readonly deploy_step: Fields
  readonly description: unknown
  readonly driver: string
  readonly driver_info: Fields
  readonly extra: Fields
  readonly fault: unknown
  readonly inspect_interface: string | null
  readonly inspection_finished_at: string | null
  readonly inspection_started_at: unknown
  readonly instance_info: Fields
  readonly instance_uuid: unknown
  readonly last_error: unknown
  readonly lessee: unknown
  readonly maintenance: boolean | null
  readonly maintenance_reason: string | null
  readonly management_interface: string | null
  readonly name: string
  readonly network_interface: string | null
  readonly owner: unknown
  readonly power_interface: string | null
  readonly power_state: string | null
  readonly properties: Fields
  readonly protected: boolean | null
  readonly protected_reason: unknown
  readonly provision_state: string
  readonly provision_updated_at: string | null
  readonly raid_interface: string | null
  readonly rescue_interface: string | null
  readonly resource_class: string
  readonly retired: boolean | null
  readonly retired_reason: unknown
  readonly secure_boot: unknown
  readonly storage_interface: string | null
  readonly target_power_state: unknown
  readonly target_provision_state: string | null
  readonly traits: readonly unknown[]
  readonly updated_at: string | null
  readonly uuid: string
  readonly vendor_interface: string | null
}

interface BaremetalNodePowerSetEnd extends Fields {
  readonly bios_interface: string | null
  readonly boot_interface: string | null
  readonly boot_mode: unknown
  readonly clean_step: Fields
  readonly conductor_group: string
  readonly console_enabled: boolean | null
  readonly console_interface: string | null
  readonly created_at: string | null
  readonly deploy_interface: string | null
  readonly deploy_step: Fields
  readonly description: unknown
  readonly driver: string
  readonly extra: Fields
  readonly fault: unknown
  readonly inspect_interface: string | null
  readonly inspection_finished_at: string | null
  readonly inspection_started_at: unknown
  readonly instance_uuid: unknown
  readonly last_error: unknown
  readonly lessee: unknown
  readonly maintenance: boolean | null
  readonly maintenance_reason: string | null
  readonly management_interface: string | null
  readonly name: string
  readonly network_interface: string | null
  readonly owner: unknown
  readonly power_interface: string | null
  readonly power_state: string | null
  readonly properties: Fields
  readonly protected: boolean | null
  readonly protected_reason: unknown
  readonly provision_state: string
  readonly provision_updated_at: string | null
  readonly raid_interface: string | null
  readonly rescue_interface: string | null
  readonly resource_class: string
  readonly retired: boolean | null
  readonly retired_reason: unknown
  readonly secure_boot: unknown
  readonly storage_interface: string | null
  readonly target_power_state: unknown
  readonly target_provision_state: string | null
  readonly to_power: string
  readonly traits: readonly unknown[]
  readonly updated_at: string | null
  readonly uuid: string
  readonly vendor_interface: string | null
}

interface BaremetalPortCreateEnd extends Fields {
  readonly address: string
  readonly created_at: string
  readonly extra: Fields
  readonly is_smartnic: boolean
  readonly local_link_connection: Fields
  readonly name: unknown
  readonly node_uuid: string
  readonly physical_network: unknown
  readonly portgroup_uuid: unknown
  readonly pxe_enabled: boolean
  readonly updated_at: string | null
  readonly uuid: string
}

interface BaremetalPortgroupCreateEnd extends Fields {
  readonly address: unknown
  readonly created_at: string
  readonly extra: Fields
  readonly mode: string
  readonly name: string
  readonly node_uuid: string
  readonly properties: Fields
  readonly standalone_ports_supported: boolean
  readonly updated_at: unknown
  readonly uuid: string
}

interface Binding extends Fields {
  readonly host: string
  readonly profile: Fields
  readonly vnic_type: string
}

interface BindingCreateStart extends Fields {
  readonly binding: Binding
}

interface Binding2 extends Fields {
  readonly host: string
  readonly profile: Fields
  readonly status: string
  readonly vif_details: Fields
  readonly vif_type: string
  readonly vnic_type: string
}

interface BindingDeleteEnd extends Fields {
  readonly binding: Binding2
  readonly binding_id: string
}

interface BindingDeleteStart extends Fields {
  readonly binding_id: string
}

interface Flavor extends Fields {
  readonly created_at: string
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly description: unknown
  readonly disabled: boolean
  readonly ephemeral_gb: number
  readonly extra_specs: Fields
  readonly flavorid: string
  readonly id: number
  readonly is_public: boolean
  readonly memory_mb: number
  readonly name: string
  readonly root_gb: number
  readonly rxtx_factor: number
  readonly swap: number
  readonly updated_at: unknown
  readonly vcpu_weight: number
  readonly vcpus: number
}

interface Image extends Fields {
  readonly checksum: string
  readonly container_format: string
  readonly created_at: string
  readonly disk_format: string
  readonly id: string
  readonly min_disk: number
  readonly min_ram: number
  readonly name: string
  readonly owner: string
  readonly properties: Fields
  readonly size: number
  readonly status: string
  readonly updated_at: string
}

interface Services extends Fields {
  readonly binary: string
  readonly created_at: string
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly disabled: boolean
  readonly disabled_reason: unknown
  readonly forced_down: boolean
  readonly host: string
  readonly id: number
  readonly last_seen_up: string
  readonly report_count: number
  readonly topic: string
  readonly updated_at: string
  readonly uuid: string
  readonly version: number
}

interface Instance extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly auto_disk_config: boolean
  readonly availability_zone: string
  readonly cell_name: unknown
  readonly cleaned: boolean
  readonly config_drive: string
  readonly created_at: string
  readonly default_ephemeral_device: unknown
  readonly default_swap_device: unknown
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly device_metadata?: unknown
  readonly disable_terminate: boolean
  readonly display_description: unknown
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly ephemeral_key_uuid: unknown
  readonly flavor: Flavor
  readonly hidden: boolean
  readonly host: string
  readonly hostname: string
  readonly id: number
  readonly image_ref: string
  readonly info_cache: Fields
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly key_data: string
  readonly key_name: string
  readonly launch_index: number
  readonly launched_at: string
  readonly launched_on: string
  readonly locked: boolean
  readonly locked_by: unknown
  readonly memory_mb: number
  readonly metadata: Fields
  readonly migration_context?: Fields
  readonly name: string
  readonly new_flavor: Flavor | null
  readonly node: string
  readonly numa_topology?: unknown
  readonly old_flavor: unknown
  readonly os_type: unknown
  readonly pci_devices?: readonly unknown[]
  readonly pci_requests?: Fields
  readonly power_state: number
  readonly progress: number
  readonly project_id: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly resources?: unknown
  readonly root_device_name: string
  readonly root_gb: number
  readonly security_groups: readonly unknown[]
  readonly services: readonly Services[]
  readonly shutdown_terminate: boolean
  readonly system_metadata: Fields
  readonly task_state: unknown
  readonly terminated_at: unknown
  readonly updated_at: string
  readonly user_data: unknown
  readonly user_id: string
  readonly uuid: string
  readonly vcpus: number
  readonly vm_mode: unknown
  readonly vm_state: string
}

interface Args extends Fields {
  readonly attachment_id?: string
  readonly clean_shutdown?: boolean
  readonly flavor?: Flavor
  readonly image?: Image
  readonly instance: Instance
  readonly migration?: Fields
  readonly request_spec?: Fields
  readonly volume_id?: string
}

interface ComputeException extends Fields {
  readonly args?: Args
  readonly exception: string
  readonly exception_message?: string
  readonly function_name?: string
  readonly module_name?: string
  readonly traceback?: string
}

interface FixedIps extends Fields {
  readonly address: string
  readonly floating_ips: readonly unknown[]
  readonly label: string
  readonly meta: Fields
  readonly type: string
  readonly version: number
  readonly vif_mac: string
}

interface ComputeInstanceCreateEnd extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly availability_zone: string | null
  readonly cell_name: string
  readonly created_at: string
  readonly deleted_at: string
  readonly disk_gb: number
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly fixed_ips: readonly FixedIps[]
  readonly host: string | null
  readonly hostname: string
  readonly image_meta: Fields
  readonly image_ref_url: string
  readonly instance_flavor_id: string
  readonly instance_id: string
  readonly instance_type: string
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly launched_at: string
  readonly memory_mb: number
  readonly message: string
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly progress: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly root_gb: number
  readonly state: string
  readonly state_description: string
  readonly tenant_id: string
  readonly terminated_at: string
  readonly user_id: string
  readonly vcpus: number
}

interface ComputeInstanceCreateStart extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly availability_zone: string | null
  readonly cell_name: string
  readonly created_at: string
  readonly deleted_at: string
  readonly disk_gb: number
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly host: string | null
  readonly hostname: string
  readonly image_meta: Fields
  readonly image_name: string
  readonly image_ref_url: string
  readonly instance_flavor_id: string
  readonly instance_id: string
  readonly instance_type: string
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly launched_at: string
  readonly memory_mb: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly progress: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly root_gb: number
  readonly state: string
  readonly state_description: string
  readonly tenant_id: string
  readonly terminated_at: string
  readonly user_id: string
  readonly vcpus: number
}

interface ComputeInstanceDeleteEnd extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly availability_zone: string | null
  readonly cell_name: string
  readonly created_at: string
  readonly deleted_at: string
  readonly disk_gb: number
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly host: string | null
  readonly hostname: string
  readonly image_meta: Fields
  readonly image_ref_url: string
  readonly instance_flavor_id: string
  readonly instance_id: string
  readonly instance_type: string
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly launched_at: string
  readonly memory_mb: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly progress: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly root_gb: number
  readonly state: string
  readonly state_description: string
  readonly tenant_id: string
  readonly terminated_at: string
  readonly user_id: string
  readonly vcpus: number
}

interface ComputeInstanceExists extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly audit_period_beginning: string
  readonly audit_period_ending: string
  readonly availability_zone: string | null
  readonly cell_name: string
  readonly created_at: string
  readonly deleted_at: string
  readonly disk_gb: number
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly host: string | null
  readonly hostname: string
  readonly image_meta: Fields
  readonly image_ref_url: string
  readonly instance_flavor_id: string
  readonly instance_id: string
  readonly instance_type: string
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly launched_at: string
  readonly memory_mb: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly progress: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly root_gb: number
  readonly state: string
  readonly state_description: string
  readonly tenant_id: string
  readonly terminated_at: string
  readonly user_id: string
  readonly vcpus: number
}

interface ComputeInstanceFinishResizeEnd extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly availability_zone: string | null
  readonly cell_name: string
  readonly created_at: string
  readonly deleted_at: string
  readonly disk_gb: number
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly fixed_ips: readonly FixedIps[]
  readonly host: string | null
  readonly hostname: string
  readonly image_meta: Fields
  readonly image_ref_url: string
  readonly instance_flavor_id: string
  readonly instance_id: string
  readonly instance_type: string
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly launched_at: string
  readonly memory_mb: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly progress: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly root_gb: number
  readonly state: string
  readonly state_description: string
  readonly tenant_id: string
  readonly terminated_at: string
  readonly user_id: string
  readonly vcpus: number
}

interface ComputeInstanceRebuildEnd extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly availability_zone: string | null
  readonly cell_name: string
  readonly created_at: string
  readonly deleted_at: string
  readonly disk_gb: number
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly fixed_ips: readonly FixedIps[]
  readonly host: string | null
  readonly hostname: string
  readonly image_meta: Fields
  readonly image_name: string
  readonly image_ref_url: string
  readonly instance_flavor_id: string
  readonly instance_id: string
  readonly instance_type: string
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly launched_at: string
  readonly memory_mb: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly progress: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly root_gb: number
  readonly state: string
  readonly state_description: string
  readonly tenant_id: string
  readonly terminated_at: string
  readonly user_id: string
  readonly vcpus: number
}

interface ComputeInstanceRescueEnd extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly availability_zone: string | null
  readonly cell_name: string
  readonly created_at: string
  readonly deleted_at: string
  readonly disk_gb: number
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly fixed_ips: readonly FixedIps[]
  readonly host: string | null
  readonly hostname: string
  readonly image_meta: Fields
  readonly image_ref_url: string
  readonly instance_flavor_id: string
  readonly instance_id: string
  readonly instance_type: string
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly launched_at: string
  readonly memory_mb: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly progress: string
  readonly ramdisk_id: string
  readonly rescue_image_name: string
  readonly reservation_id: string
  readonly root_gb: number
  readonly state: string
  readonly state_description: string
  readonly tenant_id: string
  readonly terminated_at: string
  readonly user_id: string
  readonly vcpus: number
}

interface ComputeInstanceResizePrepEnd extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly availability_zone: string | null
  readonly cell_name: string
  readonly created_at: string
  readonly deleted_at: string
  readonly disk_gb: number
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly host: string | null
  readonly hostname: string
  readonly image_meta: Fields
  readonly image_ref_url: string
  readonly instance_flavor_id: string
  readonly instance_id: string
  readonly instance_type: string
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly launched_at: string
  readonly memory_mb: number
  readonly metadata: Fields
  readonly new_instance_type: string
  readonly new_instance_type_id: number
  readonly node: string | null
  readonly os_type: unknown
  readonly progress: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly root_gb: number
  readonly state: string
  readonly state_description: string
  readonly tenant_id: string
  readonly terminated_at: string
  readonly user_id: string
  readonly vcpus: number
}

interface ComputeInstanceVolumeDetach extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly availability_zone: string | null
  readonly cell_name: string
  readonly created_at: string
  readonly deleted_at: string
  readonly disk_gb: number
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly host: string | null
  readonly hostname: string
  readonly image_meta: Fields
  readonly image_ref_url: string
  readonly instance_flavor_id: string
  readonly instance_id: string
  readonly instance_type: string
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly launched_at: string
  readonly memory_mb: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly progress: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly root_gb: number
  readonly state: string
  readonly state_description: string
  readonly tenant_id: string
  readonly terminated_at: string
  readonly user_id: string
  readonly vcpus: number
  readonly volume_id: string
}

interface Reason extends Fields {
  readonly exception: string
  readonly exception_message: string
  readonly function_name: string
  readonly module_name: string
  readonly traceback: string
}

interface Flavor2 extends Fields {
  readonly description: unknown
  readonly disabled: boolean
  readonly ephemeral_gb: number
  readonly extra_specs: Fields
  readonly flavorid: string
  readonly is_public: boolean
  readonly memory_mb: number
  readonly name: string
  readonly projects: unknown
  readonly root_gb: number
  readonly rxtx_factor: number
  readonly swap: number
  readonly vcpu_weight: number
  readonly vcpus: number
}

interface Image2 extends Fields {
  readonly checksum: string | null
  readonly container_format: string
  readonly created_at: string
  readonly direct_url: unknown
  readonly disk_format: string
  readonly id: string
  readonly min_disk: number
  readonly min_ram: number
  readonly name: string
  readonly owner: string | null
  readonly properties: Fields
  readonly protected: boolean | null
  readonly size: number
  readonly status: string
  readonly tags: readonly string[] | null
  readonly updated_at: string
  readonly virtual_size: unknown
  readonly visibility: string | null
}

interface Cells extends Fields {
  readonly cpu_pinning_raw: unknown
  readonly cpu_policy: unknown
  readonly cpu_thread_policy: unknown
  readonly cpu_topology: unknown
  readonly cpuset: readonly number[]
  readonly cpuset_reserved: unknown
  readonly id: number
  readonly memory: number
  readonly pagesize: unknown
  readonly pcpuset: readonly unknown[]
}

interface NumaTopology extends Fields {
  readonly cells: readonly Cells[]
  readonly emulator_threads_policy: unknown
  readonly instance_uuid: string
}

interface PciRequests extends Fields {
  readonly instance_uuid: string
  readonly requests: readonly unknown[]
}

interface RequestSpec extends Fields {
  readonly availability_zone: unknown
  readonly flavor: Flavor2
  readonly force_hosts: unknown
  readonly force_nodes: unknown
  readonly ignore_hosts: unknown
  readonly image: Image2
  readonly instance_group: unknown
  readonly instance_uuid: string
  readonly num_instances: number
  readonly numa_topology: NumaTopology | null
  readonly pci_requests: PciRequests
  readonly project_id: string
  readonly requested_destination: unknown
  readonly retry: unknown
  readonly scheduler_hints: Fields
  readonly security_groups: readonly string[]
  readonly user_id: string
}

interface ComputeTaskBuildInstancesError extends Fields {
  readonly instance_uuid: string
  readonly reason: Reason
  readonly request_spec: RequestSpec
  readonly state: string
}

interface InstanceProperties extends Fields {
  readonly availability_zone: unknown
  readonly ephemeral_gb: number
  readonly memory_mb: number
  readonly numa_topology: unknown
  readonly pci_requests: Fields
  readonly project_id: string
  readonly root_gb: number
  readonly user_id: string
  readonly uuid: string
  readonly vcpus: number
}

interface RequestSpec2 extends Fields {
  readonly image: Image
  readonly instance_properties: InstanceProperties
  readonly instance_type: Flavor
  readonly num_instances: number
}

interface ComputeTaskMigrateServer extends Fields {
  readonly instance_id: string
  readonly instance_properties: InstanceProperties
  readonly method: string
  readonly reason: string
  readonly request_spec: RequestSpec2
  readonly state: string
}

interface Image3 extends Fields {
  readonly checksum: string | null
  readonly container_format: string
  readonly created_at: string
  readonly direct_url?: unknown
  readonly disk_format: string
  readonly id: string
  readonly min_disk: number
  readonly min_ram: number
  readonly name: string
  readonly owner: string | null
  readonly properties: Fields
  readonly protected?: boolean | null
  readonly size: number
  readonly status: string
  readonly tags?: readonly string[] | null
  readonly updated_at: string
  readonly virtual_size?: unknown
  readonly visibility?: string | null
}

interface RequestSpec3 extends Fields {
  readonly availability_zone?: unknown
  readonly flavor?: Flavor2
  readonly force_hosts?: unknown
  readonly force_nodes?: unknown
  readonly ignore_hosts?: unknown
  readonly image: Image3
  readonly instance_group?: unknown
  readonly instance_properties?: InstanceProperties
  readonly instance_type?: Flavor
  readonly instance_uuid?: string
  readonly num_instances: number
  readonly numa_topology?: NumaTopology | null
  readonly pci_requests?: PciRequests
  readonly project_id?: string
  readonly requested_destination?: unknown
  readonly retry?: unknown
  readonly scheduler_hints?: Fields
  readonly security_groups?: readonly string[]
  readonly user_id?: string
}

interface ComputeTaskMigrateServerError extends Fields {
  readonly instance_id?: string
  readonly instance_properties?: InstanceProperties
  readonly instance_uuid?: string
  readonly method?: string
  readonly reason: string | Reason
  readonly request_spec: RequestSpec3
  readonly state: string
}

interface Instance2 extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly auto_disk_config: boolean
  readonly availability_zone: string
  readonly cell_name: unknown
  readonly cleaned: boolean
  readonly config_drive: string
  readonly created_at: string
  readonly default_ephemeral_device: unknown
  readonly default_swap_device: unknown
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly device_metadata: unknown
  readonly disable_terminate: boolean
  readonly display_description: unknown
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly ephemeral_key_uuid: unknown
  readonly flavor: Flavor
  readonly hidden: boolean
  readonly host: string
  readonly hostname: string
  readonly id: number
  readonly image_ref: string
  readonly info_cache: Fields
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly key_data: string
  readonly key_name: string
  readonly launch_index: number
  readonly launched_at: string
  readonly launched_on: string
  readonly locked: boolean
  readonly locked_by: unknown
  readonly memory_mb: number
  readonly metadata: Fields
  readonly name: string
  readonly new_flavor: Flavor | null
  readonly node: string
  readonly old_flavor: unknown
  readonly os_type: unknown
  readonly power_state: number
  readonly progress: number
  readonly project_id: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly root_device_name: string
  readonly root_gb: number
  readonly security_groups: readonly unknown[]
  readonly services: readonly Services[]
  readonly shutdown_terminate: boolean
  readonly system_metadata: Fields
  readonly task_state: unknown
  readonly terminated_at: unknown
  readonly updated_at: string
  readonly user_data: unknown
  readonly user_id: string
  readonly uuid: string
  readonly vcpus: number
  readonly vm_mode: unknown
  readonly vm_state: string
}

interface Args2 extends Fields {
  readonly attachment_id: string
  readonly instance: Instance2
  readonly volume_id: string
}

interface DetachVolume extends Fields {
  readonly args: Args2
  readonly exception: string
}

interface DnsDomainDelete extends Fields {
  readonly action: string
  readonly attributes: readonly unknown[]
  readonly created_at: string
  readonly delayed_notify: boolean
  readonly deleted: string
  readonly deleted_at: unknown
  readonly description: unknown
  readonly email: string
  readonly expire: number
  readonly id: string
  readonly masters: readonly unknown[]
  readonly minimum: number
  readonly name: string
  readonly parent_zone_id: unknown
  readonly pool_id: string
  readonly refresh: number
  readonly retry: number
  readonly serial: number
  readonly shard: number
  readonly status: string
  readonly tenant_id: string
  readonly transferred_at: unknown
  readonly ttl: number
  readonly type: string
  readonly updated_at: string
  readonly version: number
}

interface NsRecords extends Fields {
  readonly created_at: string
  readonly hostname: string
  readonly id: string
  readonly pool_id: string
  readonly priority: number
  readonly updated_at: unknown
  readonly version: number
}

interface Masters extends Fields {
  readonly created_at: string
  readonly host: string
  readonly id: string
  readonly pool_target_id: string
  readonly port: number
  readonly updated_at: unknown
  readonly version: number
}

interface Targets extends Fields {
  readonly created_at: string
  readonly description: string
  readonly id: string
  readonly masters: readonly Masters[]
  readonly options: readonly unknown[]
  readonly pool_id: string
  readonly tsigkey_id: unknown
  readonly type: string
  readonly updated_at: unknown
  readonly version: number
}

interface DnsPoolUpdate extends Fields {
  readonly also_notifies: readonly unknown[]
  readonly attributes: readonly unknown[]
  readonly created_at: unknown
  readonly description: string
  readonly id: string
  readonly name: string
  readonly nameservers: readonly unknown[]
  readonly ns_records: readonly NsRecords[]
  readonly provisioner: string
  readonly targets: readonly Targets[]
  readonly tenant_id: unknown
  readonly updated_at: string
  readonly version: number
}

interface Records extends Fields {
  readonly action: string
  readonly created_at: string
  readonly data: string
  readonly description: unknown
  readonly hash: string
  readonly id: string
  readonly managed: boolean
  readonly managed_extra: unknown
  readonly managed_plugin_name: unknown
  readonly managed_plugin_type: unknown
  readonly managed_resource_id: unknown
  readonly managed_resource_region: unknown
  readonly managed_resource_type: unknown
  readonly managed_tenant_id: unknown
  readonly recordset_id: string
  readonly serial: number
  readonly status: string
  readonly tenant_id: string
  readonly updated_at: unknown
  readonly version: number
  readonly zone_id: string
}

interface DnsRecordsetCreate extends Fields {
  readonly created_at: string
  readonly description: unknown
  readonly id: string
  readonly name: string
  readonly records: readonly Records[]
  readonly tenant_id: string
  readonly ttl: number | null
  readonly type: string
  readonly updated_at: string | null
  readonly version: number
  readonly zone_id: string
  readonly zone_name: string
}

interface DnsTldDelete extends Fields {
  readonly created_at: string
  readonly description: unknown
  readonly id: string
  readonly name: string
  readonly updated_at: unknown
  readonly version: number
}

interface DnsZoneCreate extends Fields {
  readonly action: string
  readonly attributes: readonly unknown[]
  readonly created_at: string
  readonly delayed_notify: boolean
  readonly deleted: string
  readonly deleted_at: unknown
  readonly description: unknown
  readonly email: string
  readonly expire: number
  readonly id: string
  readonly masters: readonly unknown[]
  readonly minimum: number
  readonly name: string
  readonly parent_zone_id: unknown
  readonly pool_id: string
  readonly refresh: number
  readonly retry: number
  readonly serial: number
  readonly shard: number
  readonly status: string
  readonly tenant_id: string
  readonly transferred_at: unknown
  readonly ttl: number
  readonly type: string
  readonly updated_at: string | null
  readonly version: number
}

interface DomainCreated extends Fields {
  readonly action: string
  readonly eventTime: string
  readonly eventType: string
  readonly id: string
  readonly initiator?: Initiator
  readonly observer: Observer
  readonly outcome: string
  readonly resource_info: string
  readonly target: Observer
  readonly typeURI: string
}

interface EndpointCreated extends Fields {
  readonly action?: string
  readonly eventTime?: string
  readonly eventType?: string
  readonly id?: string
  readonly observer?: Observer
  readonly outcome?: string
  readonly request_id?: string
  readonly resource_info: string
  readonly target?: Observer
  readonly typeURI?: string
}

interface FlavorCreate extends Fields {
  readonly description: unknown
  readonly disabled: boolean
  readonly ephemeral_gb: number
  readonly extra_specs: Fields | null
  readonly flavorid: string
  readonly is_public: boolean
  readonly memory_mb: number
  readonly name: string
  readonly projects: readonly string[] | null
  readonly root_gb: number
  readonly rxtx_factor: number
  readonly swap: number
  readonly vcpu_weight: number
  readonly vcpus: number
}

interface PortDetails extends Fields {
  readonly admin_state_up: boolean
  readonly device_id: string
  readonly device_owner: string
  readonly mac_address: string
  readonly name: string
  readonly network_id: string
  readonly status: string
}

interface Floatingip extends Fields {
  readonly created_at: string
  readonly description: string
  readonly fixed_ip_address: string | null
  readonly floating_ip_address: string
  readonly floating_network_id: string
  readonly id: string
  readonly port_details: PortDetails | null
  readonly port_forwardings: readonly unknown[]
  readonly port_id: string | null
  readonly project_id: string
  readonly qos_policy_id: unknown
  readonly revision_number: number
  readonly router_id: string | null
  readonly status: string
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface FloatingipCreateEnd extends Fields {
  readonly floatingip: Floatingip
}

interface FloatingipDeleteEnd extends Fields {
  readonly floatingip: Floatingip
  readonly floatingip_id: string
}

interface Floatingip2 extends Fields {
  readonly port_id: string | null
}

interface FloatingipUpdateStart extends Fields {
  readonly floatingip: Floatingip2
  readonly id: string
}

interface GroupDeleteEnd extends Fields {
  readonly availability_zone: string
  readonly created_at: string
  readonly group_id: string
  readonly group_type: string
  readonly name: string
  readonly status: string
  readonly tenant_id: string
  readonly user_id: string
}

interface GroupUpdated extends Fields {
  readonly action?: string
  readonly actor_id?: string
  readonly actor_operation?: string
  readonly actor_type?: string
  readonly eventTime?: string
  readonly eventType?: string
  readonly id?: string
  readonly initiator?: Initiator
  readonly observer?: Observer
  readonly outcome?: string
  readonly request_id?: string
  readonly resource_info: string
  readonly target?: Observer
  readonly typeURI?: string
}

interface GroupTypes extends Fields {
  readonly created_at: string
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly description: unknown
  readonly group_specs: Fields
  readonly id: string
  readonly is_public: boolean
  readonly name: string
  readonly updated_at: unknown
}

interface GroupTypeCreate extends Fields {
  readonly group_types: GroupTypes
}

interface IdentityProjectDeleted extends Fields {
  readonly action: string
  readonly eventTime: string
  readonly eventType: string
  readonly id: string
  readonly initiator: Initiator
  readonly observer: Observer
  readonly outcome: string
  readonly resource_info: string
  readonly target: Observer
  readonly typeURI: string
}

interface IdentityProjectUpdated extends Fields {
  readonly request_id: string
  readonly resource_info: string
}

interface IdentityRegionCreated extends Fields {
  readonly action: string
  readonly eventTime: string
  readonly eventType: string
  readonly id: string
  readonly observer: Observer
  readonly outcome: string
  readonly resource_info: string
  readonly target: Observer
  readonly typeURI: string
}

interface IdentityRoleAssignmentCreated extends Fields {
  readonly action: string
  readonly eventTime: string
  readonly eventType: string
  readonly group?: string
  readonly id: string
  readonly inherited_to_projects: boolean
  readonly initiator?: Initiator
  readonly observer: Observer
  readonly outcome: string
  readonly project: string
  readonly role: string
  readonly target: Observer
  readonly typeURI: string
  readonly user?: string
}

interface IdentityRoleAssignmentDeleted extends Fields {
  readonly action: string
  readonly eventTime: string
  readonly eventType: string
  readonly group?: string
  readonly id: string
  readonly inherited_to_projects: boolean
  readonly initiator: Initiator
  readonly observer: Observer
  readonly outcome: string
  readonly project: string
  readonly role: string
  readonly target: Observer
  readonly typeURI: string
  readonly user?: string
}

interface ImageCreate extends Fields {
  readonly checksum: string | null
  readonly container_format: string | null
  readonly created_at: string
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly disk_format: string | null
  readonly id: string
  readonly is_public: boolean
  readonly min_disk: number
  readonly min_ram: number
  readonly name: string
  readonly owner: string
  readonly properties: Fields
  readonly protected: boolean
  readonly size: number | null
  readonly status: string
  readonly tags: readonly string[]
  readonly updated_at: string
  readonly virtual_size: number | null
  readonly visibility: string
}

interface ImageMemberCreate extends Fields {
  readonly created_at: string
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly image_id: string
  readonly member_id: string
  readonly status: string
  readonly updated_at: string
}

interface ImageSend extends Fields {
  readonly bytes_sent: number
  readonly image_id: string
  readonly owner_id: string
  readonly receiver_tenant_id: string
  readonly receiver_user_id: string
}

interface ImageUpload extends Fields {
  readonly checksum: string | null
  readonly container_format: string | null
  readonly created_at: string
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly disk_format: string | null
  readonly id: string
  readonly is_public: boolean
  readonly min_disk: number
  readonly min_ram: number
  readonly name: string
  readonly os_glance_failed_import: readonly unknown[]
  readonly os_glance_importing_to_stores: readonly unknown[]
  readonly owner: string
  readonly properties: Fields
  readonly protected: boolean
  readonly size: number | null
  readonly status: string
  readonly tags: readonly string[]
  readonly updated_at: string
  readonly virtual_size: number | null
  readonly visibility: string
}

interface BlockDevices extends Fields {
  readonly boot_index: unknown
  readonly delete_on_termination: boolean
  readonly device_name: string
  readonly tag: unknown
  readonly volume_id: string
}

interface IpAddresses extends Fields {
  readonly address: string
  readonly device_name: string
  readonly label: string
  readonly mac: string
  readonly meta: Fields
  readonly port_uuid: string
  readonly version: number
}

interface Keypairs extends Fields {
  readonly fingerprint: string
  readonly name: string
  readonly public_key: string
  readonly type: string
  readonly user_id: string
}

interface Shares extends Fields {
  readonly export_location: string
  readonly share_id: string
  readonly share_mapping_uuid: string
  readonly status: string
  readonly tag: string
}

interface InstanceCreateEnd extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly fixed_ips?: readonly FixedIps[]
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_name?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly keypairs?: readonly Keypairs[]
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly message?: string
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly tags?: readonly string[]
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly trusted_image_certificates?: readonly string[] | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceCreateError extends Fields {
  readonly action_initiator_project: string
  readonly action_initiator_user: string
  readonly architecture: string | null
  readonly auto_disk_config: string
  readonly availability_zone: string | null
  readonly block_devices: readonly BlockDevices[]
  readonly created_at: string
  readonly deleted_at: string | null
  readonly display_description: string | null
  readonly display_name: string
  readonly fault: Reason | null
  readonly flavor: Flavor2
  readonly host: string | null
  readonly host_name: string
  readonly image_uuid: string
  readonly instance_name: string
  readonly ip_addresses: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name: string
  readonly keypairs: readonly Keypairs[]
  readonly launched_at: string | null
  readonly locked: boolean
  readonly locked_reason: string | null
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state: string
  readonly progress: number
  readonly ramdisk_id: string
  readonly request_id: string
  readonly reservation_id: string
  readonly shares: readonly Shares[]
  readonly state: string
  readonly tags: readonly string[]
  readonly task_state: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly trusted_image_certificates: readonly string[] | null
  readonly updated_at: string | null
  readonly user_id: string
  readonly uuid: string
}

interface InstanceCreateStart extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_name?: string
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_name?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly keypairs?: readonly Keypairs[]
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly tags?: readonly string[]
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly trusted_image_certificates?: readonly string[] | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceDeleteEnd extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceEvacuate extends Fields {
  readonly action_initiator_project: string
  readonly action_initiator_user: string
  readonly architecture: string | null
  readonly auto_disk_config: string
  readonly availability_zone: string | null
  readonly block_devices: readonly BlockDevices[]
  readonly created_at: string
  readonly deleted_at: string | null
  readonly display_description: string | null
  readonly display_name: string
  readonly fault: Reason | null
  readonly flavor: Flavor2
  readonly host: string | null
  readonly host_name: string
  readonly image_uuid: string
  readonly ip_addresses: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name: string
  readonly launched_at: string | null
  readonly locked: boolean
  readonly locked_reason: string | null
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state: string
  readonly progress: number
  readonly ramdisk_id: string
  readonly request_id: string
  readonly reservation_id: string
  readonly shares: readonly Shares[]
  readonly state: string
  readonly task_state: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at: string | null
  readonly user_id: string
  readonly uuid: string
}

interface AuditPeriod extends Fields {
  readonly audit_period_beginning: string
  readonly audit_period_ending: string
}

interface InstanceExists extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly audit_period?: AuditPeriod
  readonly audit_period_beginning?: string
  readonly audit_period_ending?: string
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceLiveMigrationPostEnd extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly fixed_ips?: readonly FixedIps[]
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceLiveMigrationPostDestStart extends Fields {
  readonly action_initiator_project: string
  readonly action_initiator_user: string
  readonly architecture: string | null
  readonly auto_disk_config: string
  readonly availability_zone: string | null
  readonly block_devices: readonly BlockDevices[]
  readonly created_at: string
  readonly deleted_at: string | null
  readonly display_description: string | null
  readonly display_name: string
  readonly fault: Reason | null
  readonly flavor: Flavor2
  readonly host: string | null
  readonly host_name: string
  readonly image_uuid: string
  readonly ip_addresses: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name: string
  readonly launched_at: string | null
  readonly locked: boolean
  readonly locked_reason: string | null
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state: string
  readonly progress: number
  readonly ramdisk_id: string
  readonly request_id: string
  readonly reservation_id: string
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly task_state: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at: string | null
  readonly user_id: string
  readonly uuid: string
}

interface InstanceRebuildEnd extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly fixed_ips?: readonly FixedIps[]
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_name?: string
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly trusted_image_certificates?: readonly string[] | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceRebuildError extends Fields {
  readonly action_initiator_project: string
  readonly action_initiator_user: string
  readonly architecture: string | null
  readonly auto_disk_config: string
  readonly availability_zone: string | null
  readonly block_devices: readonly BlockDevices[]
  readonly created_at: string
  readonly deleted_at: string | null
  readonly display_description: string | null
  readonly display_name: string
  readonly fault: Reason | null
  readonly flavor: Flavor2
  readonly host: string | null
  readonly host_name: string
  readonly image_uuid: string
  readonly ip_addresses: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name: string
  readonly launched_at: string | null
  readonly locked: boolean
  readonly locked_reason: string | null
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state: string
  readonly progress: number
  readonly ramdisk_id: string
  readonly request_id: string
  readonly reservation_id: string
  readonly shares: readonly Shares[]
  readonly state: string
  readonly task_state: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly trusted_image_certificates: readonly string[] | null
  readonly updated_at: string | null
  readonly user_id: string
  readonly uuid: string
}

interface InstanceRebuildStart extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_name?: string
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly trusted_image_certificates?: readonly string[] | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceRebuildScheduled extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly trusted_image_certificates?: readonly string[] | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceRescueEnd extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly fixed_ips?: readonly FixedIps[]
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly rescue_image_name?: string
  readonly rescue_image_ref?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceResizePrepEnd extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly new_flavor?: Flavor2
  readonly new_instance_type?: string
  readonly new_instance_type_id?: number
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceResizePrepStart extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly new_flavor?: Flavor2
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface InstanceShareAttachEnd extends Fields {
  readonly action_initiator_project: string
  readonly action_initiator_user: string
  readonly architecture: string | null
  readonly auto_disk_config: string
  readonly availability_zone: string | null
  readonly block_devices: readonly BlockDevices[]
  readonly created_at: string
  readonly deleted_at: string | null
  readonly display_description: string | null
  readonly display_name: string
  readonly fault: Reason | null
  readonly flavor: Flavor2
  readonly host: string | null
  readonly host_name: string
  readonly image_uuid: string
  readonly ip_addresses: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name: string
  readonly launched_at: string | null
  readonly locked: boolean
  readonly locked_reason: string | null
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state: string
  readonly progress: number
  readonly ramdisk_id: string
  readonly request_id: string
  readonly reservation_id: string
  readonly share_id: string
  readonly shares: readonly Shares[]
  readonly state: string
  readonly task_state: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at: string | null
  readonly user_id: string
  readonly uuid: string
}

interface InstanceSnapshotEnd extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly snapshot_image_id?: string
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
}

interface StateUpdate extends Fields {
  readonly new_task_state: string | null
  readonly old_state: string
  readonly old_task_state: string | null
  readonly state: string
}

interface InstanceUpdate extends Fields {
  readonly action_initiator_project: string
  readonly action_initiator_user: string
  readonly architecture: string | null
  readonly audit_period: AuditPeriod
  readonly auto_disk_config: string
  readonly availability_zone: string | null
  readonly block_devices: readonly BlockDevices[]
  readonly created_at: string
  readonly deleted_at: string | null
  readonly display_description: string | null
  readonly display_name: string
  readonly flavor: Flavor2
  readonly host: string | null
  readonly host_name: string
  readonly image_uuid: string
  readonly ip_addresses: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name: string
  readonly launched_at: string | null
  readonly locked: boolean
  readonly locked_reason: string | null
  readonly metadata: Fields
  readonly node: string | null
  readonly old_display_name: unknown
  readonly os_type: unknown
  readonly power_state: string
  readonly progress: number
  readonly ramdisk_id: string
  readonly request_id: string
  readonly reservation_id: string
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_update: StateUpdate
  readonly tags: readonly string[]
  readonly task_state: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at: string | null
  readonly user_id: string
  readonly uuid: string
}

interface InstanceVolumeAttachEnd extends Fields {
  readonly action_initiator_project: string
  readonly action_initiator_user: string
  readonly architecture: string | null
  readonly auto_disk_config: string
  readonly availability_zone: string | null
  readonly block_devices: readonly BlockDevices[]
  readonly created_at: string
  readonly deleted_at: string | null
  readonly display_description: string | null
  readonly display_name: string
  readonly fault: Reason | null
  readonly flavor: Flavor2
  readonly host: string | null
  readonly host_name: string
  readonly image_uuid: string
  readonly ip_addresses: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name: string
  readonly launched_at: string | null
  readonly locked: boolean
  readonly locked_reason: string | null
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state: string
  readonly progress: number
  readonly ramdisk_id: string
  readonly request_id: string
  readonly reservation_id: string
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly task_state: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at: string | null
  readonly user_id: string
  readonly uuid: string
  readonly volume_id: string
}

interface InstanceVolumeAttachError extends Fields {
  readonly action_initiator_project: string
  readonly action_initiator_user: string
  readonly architecture: string | null
  readonly auto_disk_config: string
  readonly availability_zone: string | null
  readonly block_devices: readonly BlockDevices[]
  readonly created_at: string
  readonly deleted_at: string | null
  readonly display_description: string | null
  readonly display_name: string
  readonly fault: Reason | null
  readonly flavor: Flavor2
  readonly host: string | null
  readonly host_name: string
  readonly image_uuid: string
  readonly ip_addresses: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name: string
  readonly launched_at: string | null
  readonly locked: boolean
  readonly locked_reason: string | null
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state: string
  readonly progress: number
  readonly ramdisk_id: string
  readonly request_id: string
  readonly reservation_id: string
  readonly shares: readonly Shares[]
  readonly state: string
  readonly task_state: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at: string | null
  readonly user_id: string
  readonly uuid: string
  readonly volume_id: string
}

interface InstanceVolumeDetachEnd extends Fields {
  readonly access_ip_v4?: unknown
  readonly access_ip_v6?: unknown
  readonly action_initiator_project?: string
  readonly action_initiator_user?: string
  readonly architecture: string | null
  readonly auto_disk_config?: string
  readonly availability_zone: string | null
  readonly block_devices?: readonly BlockDevices[]
  readonly cell_name?: string
  readonly created_at: string
  readonly deleted_at: string | null
  readonly disk_gb?: number
  readonly display_description?: string | null
  readonly display_name: string
  readonly ephemeral_gb?: number
  readonly fault?: Reason | null
  readonly flavor?: Flavor2
  readonly host: string | null
  readonly host_name?: string
  readonly hostname?: string
  readonly image_meta?: Fields
  readonly image_ref_url?: string
  readonly image_uuid?: string
  readonly instance_flavor_id?: string
  readonly instance_id?: string
  readonly instance_type?: string
  readonly instance_type_id?: number
  readonly ip_addresses?: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name?: string
  readonly launched_at: string | null
  readonly locked?: boolean
  readonly locked_reason?: string | null
  readonly memory_mb?: number
  readonly metadata: Fields
  readonly node: string | null
  readonly os_type: unknown
  readonly power_state?: string
  readonly progress: number | string
  readonly ramdisk_id: string
  readonly request_id?: string
  readonly reservation_id: string
  readonly root_gb?: number
  readonly shares?: readonly Shares[]
  readonly state: string
  readonly state_description?: string
  readonly task_state?: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at?: string | null
  readonly user_id: string
  readonly uuid?: string
  readonly vcpus?: number
  readonly volume_id: string
}

interface InstanceVolumeSwapEnd extends Fields {
  readonly action_initiator_project: string
  readonly action_initiator_user: string
  readonly architecture: string | null
  readonly auto_disk_config: string
  readonly availability_zone: string | null
  readonly block_devices: readonly BlockDevices[]
  readonly created_at: string
  readonly deleted_at: string | null
  readonly display_description: string | null
  readonly display_name: string
  readonly fault: Reason | null
  readonly flavor: Flavor2
  readonly host: string | null
  readonly host_name: string
  readonly image_uuid: string
  readonly ip_addresses: readonly IpAddresses[]
  readonly kernel_id: string
  readonly key_name: string
  readonly launched_at: string | null
  readonly locked: boolean
  readonly locked_reason: string | null
  readonly metadata: Fields
  readonly new_volume_id: string
  readonly node: string | null
  readonly old_volume_id: string
  readonly os_type: unknown
  readonly power_state: string
  readonly progress: number
  readonly ramdisk_id: string
  readonly request_id: string
  readonly reservation_id: string
  readonly shares: readonly Shares[]
  readonly state: string
  readonly task_state: string | null
  readonly tenant_id: string
  readonly terminated_at: string | null
  readonly updated_at: string | null
  readonly user_id: string
  readonly uuid: string
}

interface KeypairCreateEnd extends Fields {
  readonly fingerprint: string | null
  readonly name: string
  readonly public_key: string | null
  readonly type: string
  readonly user_id: string
}

interface KeypairDeleteStart extends Fields {
  readonly fingerprint?: string | null
  readonly key_name?: string
  readonly name?: string
  readonly public_key?: string | null
  readonly tenant_id?: string
  readonly type?: string
  readonly user_id: string
}

interface LibvirtConnectError extends Fields {
  readonly ip: string
  readonly reason: Reason
}

interface MetadefNamespaceCreate extends Fields {
  readonly created_at: string
  readonly deleted: boolean
  readonly deleted_at: string | null
  readonly description: unknown
  readonly display_name: string
  readonly namespace: string
  readonly namespace_old: string
  readonly owner: string
  readonly protected: boolean
  readonly updated_at: string
  readonly visibility: string
}

interface MetadefPropertyCreate extends Fields {
  readonly additionalItems: unknown
  readonly confidential: unknown
  readonly default: unknown
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly description: unknown
  readonly enum: unknown
  readonly items: unknown
  readonly maxItems: unknown
  readonly maxLength: unknown
  readonly maximum: unknown
  readonly minItems: unknown
  readonly minLength: unknown
  readonly minimum: unknown
  readonly name: string
  readonly name_old: string
  readonly namespace: string
  readonly pattern: unknown
  readonly title: string
  readonly type: string
  readonly uniqueItems: unknown
}

interface Metrics extends Fields {
  readonly name: string
  readonly numa_membw_values: unknown
  readonly source: string
  readonly timestamp: string
  readonly value: number
}

interface MetricsUpdate extends Fields {
  readonly host: string
  readonly host_ip: string
  readonly metrics: readonly Metrics[]
  readonly nodename: string
}

interface Network extends Fields {
  readonly admin_state_up: boolean
  readonly availability_zone_hints: readonly unknown[]
  readonly availability_zones: readonly string[]
  readonly created_at: string
  readonly description: string
  readonly id: string
  readonly ipv4_address_scope: unknown
  readonly ipv6_address_scope: unknown
  readonly is_default: boolean
  readonly l2_adjacency: boolean
  readonly mtu: number
  readonly name: string
  readonly port_security_enabled: boolean
  readonly project_id: string
  readonly 'provider:network_type': string
  readonly 'provider:physical_network': string | null
  readonly 'provider:segmentation_id': number | null
  readonly qos_policy_id: unknown
  readonly revision_number: number
  readonly 'router:external': boolean
  readonly shared: boolean
  readonly status: string
  readonly subnets: readonly unknown[]
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface NetworkCreateEnd extends Fields {
  readonly network: Network
}

interface Network2 extends Fields {
  readonly description?: string
  readonly name: string
  readonly 'provider:network_type'?: string
  readonly 'provider:physical_network'?: string | null
  readonly 'router:external'?: boolean
}

interface NetworkCreateStart extends Fields {
  readonly network: Network2
}

interface Network3 extends Fields {
  readonly admin_state_up: boolean
  readonly availability_zone_hints: readonly unknown[]
  readonly availability_zones: readonly string[]
  readonly created_at: string
  readonly description: string
  readonly id: string
  readonly ipv4_address_scope: unknown
  readonly ipv6_address_scope: unknown
  readonly is_default?: boolean
  readonly l2_adjacency: boolean
  readonly mtu: number
  readonly name: string
  readonly port_security_enabled: boolean
  readonly project_id: string
  readonly 'provider:network_type': string
  readonly 'provider:physical_network': string | null
  readonly 'provider:segmentation_id': number | null
  readonly qos_policy_id: unknown
  readonly revision_number: number
  readonly 'router:external': boolean
  readonly shared: boolean
  readonly standard_attr_id: number
  readonly status: string
  readonly subnets: readonly unknown[]
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
  readonly vlan_transparent: unknown
}

interface NetworkDeleteEnd extends Fields {
  readonly network: Network3
  readonly network_id: string
}

interface NetworkDeleteStart extends Fields {
  readonly network_id: string
}

interface Network4 extends Fields {
  readonly mtu: number
  readonly name: string
}

interface NetworkUpdateStart extends Fields {
  readonly id: string
  readonly network: Network4
}

interface FixedIps2 extends Fields {
  readonly ip_address: string
  readonly subnet_id: string
}

interface Port extends Fields {
  readonly admin_state_up: boolean
  readonly allowed_address_pairs: readonly unknown[]
  readonly 'binding:host_id': string
  readonly 'binding:profile': Fields
  readonly 'binding:vif_details': Fields
  readonly 'binding:vif_type': string
  readonly 'binding:vnic_type': string
  readonly created_at: string
  readonly description: string
  readonly device_id: string
  readonly device_owner: string
  readonly extra_dhcp_opts: readonly unknown[]
  readonly fixed_ips: readonly FixedIps2[]
  readonly id: string
  readonly ip_allocation: string
  readonly mac_address: string
  readonly name: string
  readonly network_id: string
  readonly port_security_enabled: boolean
  readonly project_id: string
  readonly qos_network_policy_id: unknown
  readonly qos_policy_id: unknown
  readonly resource_request: unknown
  readonly revision_number: number
  readonly security_groups: readonly string[]
  readonly status: string
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface NeutronPortCreateEnd extends Fields {
  readonly port: Port
}

interface NeutronPortDeleteStart extends Fields {
  readonly port_id: string
}

interface Port2 extends Fields {
  readonly 'binding:host_id': string
  readonly device_id?: string
  readonly device_owner?: string
  readonly name?: string
}

interface NeutronPortUpdateStart extends Fields {
  readonly id: string
  readonly port: Port2
}

interface OrchestrationStackCheckStart extends Fields {
  readonly create_at: string
  readonly description: string
  readonly stack_identity: string
  readonly stack_name: string
  readonly state: string
  readonly state_reason: string
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string | null
  readonly user_id: string
  readonly user_identity: string
  readonly username: string
}

interface Policy extends Fields {
  readonly created_at: string
  readonly description: string
  readonly id: string
  readonly is_default: boolean
  readonly name: string
  readonly project_id: string
  readonly revision_number: number
  readonly rules: readonly unknown[]
  readonly shared: boolean
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface PolicyCreateEnd extends Fields {
  readonly policy: Policy
}

interface PolicyDeleteEnd extends Fields {
  readonly policy: Policy
  readonly policy_id: string
}

interface PolicyDeleteStart extends Fields {
  readonly policy_id: string
}

interface PortCreateEnd extends Fields {
  readonly address?: string
  readonly created_at?: string
  readonly extra?: Fields
  readonly is_smartnic?: boolean
  readonly local_link_connection?: Fields
  readonly name?: unknown
  readonly node_uuid?: string
  readonly physical_network?: unknown
  readonly port?: Port
  readonly portgroup_uuid?: unknown
  readonly pxe_enabled?: boolean
  readonly updated_at?: string | null
  readonly uuid?: string
}

interface PortDeleteStart extends Fields {
  readonly address?: string
  readonly created_at?: string
  readonly extra?: Fields
  readonly is_smartnic?: boolean
  readonly local_link_connection?: Fields
  readonly name?: unknown
  readonly node_uuid?: string
  readonly physical_network?: unknown
  readonly port_id?: string
  readonly portgroup_uuid?: unknown
  readonly pxe_enabled?: boolean
  readonly updated_at?: string | null
  readonly uuid?: string
}

interface PortUpdateStart extends Fields {
  readonly address?: string
  readonly created_at?: string
  readonly extra?: Fields
  readonly id?: string
  readonly is_smartnic?: boolean
  readonly local_link_connection?: Fields
  readonly name?: unknown
  readonly node_uuid?: string
  readonly physical_network?: unknown
  readonly port?: Port2
  readonly portgroup_uuid?: unknown
  readonly pxe_enabled?: boolean
  readonly updated_at?: string | null
  readonly uuid?: string
}

interface PortForwarding extends Fields {
  readonly external_port: number
  readonly internal_ip_address: string
  readonly internal_port: number
  readonly internal_port_id: string
  readonly protocol: string
}

interface PortForwardingCreateStart extends Fields {
  readonly port_forwarding: PortForwarding
}

interface PortForwarding2 extends Fields {
  readonly description: string
  readonly external_port: number
  readonly external_port_range: string
  readonly id: string
  readonly internal_ip_address: string
  readonly internal_port: number
  readonly internal_port_id: string
  readonly internal_port_range: string
  readonly protocol: string
}

interface PortForwardingDeleteEnd extends Fields {
  readonly port_forwarding: PortForwarding2
  readonly port_forwarding_id: string
}

interface Instance3 extends Fields {
  readonly access_ip_v4: unknown
  readonly access_ip_v6: unknown
  readonly architecture: unknown
  readonly auto_disk_config: boolean
  readonly availability_zone: string
  readonly cell_name: unknown
  readonly cleaned: boolean
  readonly config_drive: string
  readonly created_at: string
  readonly default_ephemeral_device: unknown
  readonly default_swap_device: unknown
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly disable_terminate: boolean
  readonly display_description: unknown
  readonly display_name: string
  readonly ephemeral_gb: number
  readonly ephemeral_key_uuid: unknown
  readonly flavor: Flavor
  readonly hidden: boolean
  readonly host: string
  readonly hostname: string
  readonly id: number
  readonly image_ref: string
  readonly info_cache: Fields
  readonly instance_type_id: number
  readonly kernel_id: string
  readonly key_data: string
  readonly key_name: string
  readonly launch_index: number
  readonly launched_at: string
  readonly launched_on: string
  readonly locked: boolean
  readonly locked_by: unknown
  readonly memory_mb: number
  readonly metadata: Fields
  readonly migration_context: Fields
  readonly name: string
  readonly new_flavor: Flavor | null
  readonly node: string
  readonly numa_topology: unknown
  readonly old_flavor: unknown
  readonly os_type: unknown
  readonly pci_devices: readonly unknown[]
  readonly pci_requests: Fields
  readonly power_state: number
  readonly progress: number
  readonly project_id: string
  readonly ramdisk_id: string
  readonly reservation_id: string
  readonly resources: unknown
  readonly root_device_name: string
  readonly root_gb: number
  readonly security_groups: readonly unknown[]
  readonly services: readonly Services[]
  readonly shutdown_terminate: boolean
  readonly system_metadata: Fields
  readonly task_state: unknown
  readonly terminated_at: unknown
  readonly updated_at: string
  readonly user_data: unknown
  readonly user_id: string
  readonly uuid: string
  readonly vcpus: number
  readonly vm_mode: unknown
  readonly vm_state: string
}

interface Args3 extends Fields {
  readonly clean_shutdown: boolean
  readonly flavor: Flavor
  readonly image: Image
  readonly instance: Instance3
  readonly migration: Fields
  readonly request_spec: Fields
}

interface ResizeInstance extends Fields {
  readonly args: Args3
  readonly exception: string
}

interface ExternalGatewayInfo extends Fields {
  readonly enable_snat: boolean
  readonly external_fixed_ips: readonly FixedIps2[]
  readonly network_id: string
}

interface Router extends Fields {
  readonly admin_state_up: boolean
  readonly availability_zone_hints: readonly unknown[]
  readonly availability_zones: readonly string[]
  readonly created_at: string
  readonly description: string
  readonly distributed: boolean
  readonly external_gateway_info: ExternalGatewayInfo | null
  readonly flavor_id: unknown
  readonly ha: boolean
  readonly id: string
  readonly name: string
  readonly project_id: string
  readonly revision_number: number
  readonly routes: readonly unknown[]
  readonly status: string
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface RouterCreateEnd extends Fields {
  readonly router: Router
}

interface Router2 extends Fields {
  readonly external_gateway_info: NetworkDeleteStart | null
  readonly name: string
}

interface RouterCreateStart extends Fields {
  readonly router: Router2
}

interface ExternalGatewayInfo2 extends Fields {
  readonly enable_snat?: boolean
  readonly external_fixed_ips?: readonly FixedIps2[]
  readonly network_id: string
}

interface Router3 extends Fields {
  readonly admin_state_up: boolean
  readonly availability_zone_hints: readonly unknown[]
  readonly availability_zones: readonly string[]
  readonly created_at: string
  readonly description: string
  readonly distributed: boolean
  readonly external_gateway_info: ExternalGatewayInfo2 | null
  readonly flavor_id: unknown
  readonly ha: boolean
  readonly id: string
  readonly name: string
  readonly project_id: string
  readonly revision_number: number
  readonly routes: readonly unknown[]
  readonly status: string
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface RouterDeleteEnd extends Fields {
  readonly router: Router3
  readonly router_id: string
}

interface RouterDeleteStart extends Fields {
  readonly router_id: string
}

interface RouterInterface extends Fields {
  readonly id: string
  readonly network_id: string
  readonly port_id: string
  readonly subnet_id: string
  readonly subnet_ids: readonly string[]
  readonly tenant_id: string
}

interface RouterInterfaceCreate extends Fields {
  readonly router_interface: RouterInterface
}

interface RouterUpdateEnd extends Fields {
  readonly router: Router3
}

interface Image4 extends Fields {
  readonly checksum: unknown
  readonly container_format: string
  readonly created_at: string
  readonly direct_url: unknown
  readonly disk_format: string
  readonly id: string
  readonly min_disk: number
  readonly min_ram: number
  readonly name: string
  readonly owner: unknown
  readonly properties: Fields
  readonly protected: boolean
  readonly size: number
  readonly status: string
  readonly tags: readonly string[]
  readonly updated_at: string
  readonly virtual_size: unknown
  readonly visibility: string
}

interface SchedulerSelectDestinationsEnd extends Fields {
  readonly availability_zone: unknown
  readonly flavor: Flavor2
  readonly force_hosts: unknown
  readonly force_nodes: unknown
  readonly ignore_hosts: unknown
  readonly image: Image4
  readonly instance_group: unknown
  readonly instance_uuid: string
  readonly num_instances: number
  readonly numa_topology: unknown
  readonly pci_requests: PciRequests
  readonly project_id: string
  readonly requested_destination: unknown
  readonly retry: unknown
  readonly scheduler_hints: Fields
  readonly security_groups: readonly string[]
  readonly user_id: string
}

interface SchedulerSelectDestinationsStart extends Fields {
  readonly availability_zone?: unknown
  readonly flavor?: Flavor2
  readonly force_hosts?: unknown
  readonly force_nodes?: unknown
  readonly ignore_hosts?: unknown
  readonly image?: Image4
  readonly instance_group?: unknown
  readonly instance_uuid?: string
  readonly num_instances?: number
  readonly numa_topology?: unknown
  readonly pci_requests?: PciRequests
  readonly project_id?: string
  readonly request_spec?: RequestSpec2
  readonly requested_destination?: unknown
  readonly retry?: unknown
  readonly scheduler_hints?: Fields
  readonly security_groups?: readonly string[]
  readonly user_id?: string
}

interface SecurityGroupRules extends Fields {
  readonly created_at: string
  readonly description: unknown
  readonly direction: string
  readonly ethertype: string
  readonly id: string
  readonly normalized_cidr: unknown
  readonly port_range_max: unknown
  readonly port_range_min: unknown
  readonly project_id: string
  readonly protocol: unknown
  readonly remote_address_group_id: unknown
  readonly remote_group_id: unknown
  readonly remote_ip_prefix: unknown
  readonly revision_number: number
  readonly security_group_id: string
  readonly standard_attr_id: number
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface SecurityGroup extends Fields {
  readonly created_at: string
  readonly description: string
  readonly id: string
  readonly name: string
  readonly project_id: string
  readonly revision_number: number
  readonly security_group_rules: readonly SecurityGroupRules[]
  readonly shared: boolean
  readonly stateful: boolean
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface SecurityGroupDeleteEnd extends Fields {
  readonly security_group: SecurityGroup
  readonly security_group_id: string
}

interface SecurityGroupRule extends Fields {
  readonly direction: string
  readonly ethertype: string
  readonly port_range_max: number
  readonly port_range_min: number
  readonly protocol: string
  readonly security_group_id: string
}

interface SecurityGroupRuleCreateStart extends Fields {
  readonly security_group_rule: SecurityGroupRule
}

interface SecurityGroupRule2 extends Fields {
  readonly created_at: string
  readonly description: string
  readonly direction: string
  readonly ethertype: string
  readonly id: string
  readonly normalized_cidr: unknown
  readonly port_range_max: number
  readonly port_range_min: number
  readonly project_id: string
  readonly protocol: string
  readonly remote_address_group_id: unknown
  readonly remote_group_id: unknown
  readonly remote_ip_prefix: unknown
  readonly revision_number: number
  readonly security_group_id: string
  readonly tenant_id: string
  readonly updated_at: string
}

interface SecurityGroupRuleDeleteEnd extends Fields {
  readonly security_group_rule: SecurityGroupRule2
  readonly security_group_rule_id: string
}

interface Rules extends Fields {
  readonly max_server_per_host: string
}

interface ServerGroupAddMember extends Fields {
  readonly hosts: unknown
  readonly members: readonly string[]
  readonly name: string
  readonly policies: readonly string[]
  readonly policy: string
  readonly project_id: string
  readonly rules: Rules
  readonly user_id: string
  readonly uuid: string
}

interface Rules2 extends Fields {
  readonly max_server_per_host?: string
}

interface ServerGroupCreate extends Fields {
  readonly hosts: unknown
  readonly members: readonly string[]
  readonly name: string
  readonly policies: readonly string[]
  readonly policy: string
  readonly project_id: string
  readonly rules: Rules2
  readonly user_id: string
  readonly uuid: string
}

interface ServerGroupDelete extends Fields {
  readonly hosts?: unknown
  readonly members?: readonly string[]
  readonly name?: string
  readonly policies?: readonly string[]
  readonly policy?: string
  readonly project_id?: string
  readonly rules?: Rules2
  readonly server_group_id?: string
  readonly user_id?: string
  readonly uuid?: string
}

interface ServergroupDelete extends Fields {
  readonly server_group_id: string
}

interface ServiceCreate extends Fields {
  readonly availability_zone: unknown
  readonly binary: string
  readonly disabled: boolean
  readonly disabled_reason: unknown
  readonly forced_down: boolean
  readonly host: string
  readonly last_seen_up: string | null
  readonly report_count: number
  readonly topic: string
  readonly uuid: string
  readonly version: number
}

interface ShareCreateStart extends Fields {
  readonly availability_zone: string | null
  readonly description: unknown
  readonly host: string
  readonly is_public: boolean
  readonly name: string
  readonly project_id: string
  readonly proto: string
  readonly share_group_id: unknown
  readonly share_id: string
  readonly size: number
  readonly snapshot_id: unknown
  readonly status: string
  readonly user_id: string
}

interface ShareTypes extends Fields {
  readonly created_at: string
  readonly deleted: string
  readonly deleted_at: unknown
  readonly description: unknown
  readonly extra_specs: Fields
  readonly id: string
  readonly is_public: boolean
  readonly name: string
  readonly required_extra_specs: Fields
  readonly updated_at: unknown
}

interface ShareTypeCreate extends Fields {
  readonly share_types: ShareTypes
}

interface ShareTypes2 extends Fields {
  readonly created_at: string
  readonly deleted: string
  readonly deleted_at: unknown
  readonly description: unknown
  readonly extra_specs: Fields
  readonly id: string
  readonly is_public: boolean
  readonly name: string
  readonly updated_at: unknown
}

interface ShareTypeDelete extends Fields {
  readonly share_types: ShareTypes2
}

interface SnapshotCreateEnd extends Fields {
  readonly availability_zone: string
  readonly created_at: string
  readonly deleted: string
  readonly display_name: string
  readonly metadata: string
  readonly snapshot_id: string
  readonly status: string
  readonly tenant_id: string
  readonly user_id: string
  readonly volume_id: string
  readonly volume_size: number
}

interface AllocationPools extends Fields {
  readonly end: string
  readonly start: string
}

interface Subnet extends Fields {
  readonly allocation_pools: readonly AllocationPools[]
  readonly cidr: string
  readonly created_at: string
  readonly description: string
  readonly dns_nameservers: readonly string[]
  readonly enable_dhcp: boolean
  readonly gateway_ip: string
  readonly host_routes: readonly unknown[]
  readonly id: string
  readonly ip_version: number
  readonly ipv6_address_mode: string | null
  readonly ipv6_ra_mode: string | null
  readonly name: string
  readonly network_id: string
  readonly project_id: string
  readonly revision_number: number
  readonly segment_id: unknown
  readonly service_types: readonly unknown[]
  readonly shared: boolean
  readonly standard_attr_id: number
  readonly subnetpool_id: unknown
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface SubnetDeleteEnd extends Fields {
  readonly subnet: Subnet
  readonly subnet_id: string
}

interface SubnetDeleteStart extends Fields {
  readonly subnet_id: string
}

interface Subnet2 extends Fields {
  readonly name: string
}

interface SubnetUpdateStart extends Fields {
  readonly id: string
  readonly subnet: Subnet2
}

interface Subnetpool extends Fields {
  readonly address_scope_id: unknown
  readonly created_at: string
  readonly default_prefixlen: string
  readonly default_quota: unknown
  readonly description: string
  readonly id: string
  readonly ip_version: number
  readonly is_default: boolean
  readonly max_prefixlen: string
  readonly min_prefixlen: string
  readonly name: string
  readonly prefixes: readonly string[]
  readonly project_id: string
  readonly revision_number: number
  readonly shared: boolean
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface SubnetpoolDeleteEnd extends Fields {
  readonly subnetpool: Subnetpool
  readonly subnetpool_id: string
}

interface TagDeleteEnd extends Fields {
  readonly parent_resource: string
  readonly parent_resource_id: string
  readonly tags: readonly string[]
}

interface TaskProcessing extends Fields {
  readonly created_at: string
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly expires_at: string
  readonly id: string
  readonly message: unknown
  readonly owner: string
  readonly result: unknown
  readonly status: string
  readonly type: string
  readonly updated_at: string
}

interface Trunk extends Fields {
  readonly admin_state_up: boolean
  readonly created_at: string
  readonly description: string
  readonly id: string
  readonly name: string
  readonly port_id: string
  readonly project_id: string
  readonly revision_number: number
  readonly status: string
  readonly sub_ports: readonly unknown[]
  readonly tags: readonly unknown[]
  readonly tenant_id: string
  readonly updated_at: string
}

interface TrunkCreateEnd extends Fields {
  readonly trunk: Trunk
}

interface Trunk2 extends Fields {
  readonly name: string
  readonly port_id: string
  readonly sub_ports: readonly unknown[]
}

interface TrunkCreateStart extends Fields {
  readonly trunk: Trunk2
}

interface TrunkDeleteStart extends Fields {
  readonly trunk_id: string
}

interface VolumeAttachment extends Fields {
  readonly attach_mode: string | null
  readonly attach_status: string
  readonly attach_time: string | null
  readonly attached_host: unknown
  readonly connection_info: unknown
  readonly connector: unknown
  readonly created_at: string
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly detach_time: unknown
  readonly id: string
  readonly instance_uuid: string | null
  readonly mountpoint: string | null
  readonly updated_at: string
  readonly volume: Fields
  readonly volume_id: string
}

interface VolumeAttachEnd extends Fields {
  readonly availability_zone: string
  readonly created_at: string
  readonly display_name: string | null
  readonly host: string | null
  readonly launched_at: string
  readonly metadata: readonly Fields[]
  readonly replication_driver_data: unknown
  readonly replication_extended_status: unknown
  readonly replication_status: unknown
  readonly size: number
  readonly snapshot_id: string | null
  readonly status: string
  readonly tenant_id: string
  readonly user_id: string
  readonly volume_attachment: readonly VolumeAttachment[]
  readonly volume_id: string
  readonly volume_type: string
}

interface VolumeTransferAcceptEnd extends Fields {
  readonly availability_zone: string
  readonly created_at: string
  readonly display_name: unknown
  readonly host: string
  readonly launched_at: string
  readonly metadata: readonly unknown[]
  readonly replication_driver_data: unknown
  readonly replication_extended_status: unknown
  readonly replication_status: unknown
  readonly size: number
  readonly snapshot_id: string
  readonly status: string
  readonly tenant_id: string
  readonly user_id: string
  readonly volume_attachment: readonly unknown[]
  readonly volume_id: string
  readonly volume_type: string
}

interface VolumeUsage extends Fields {
  readonly availability_zone: string
  readonly instance_uuid: string
  readonly last_refreshed: string
  readonly project_id: string
  readonly read_bytes: number
  readonly reads: number
  readonly user_id: string
  readonly volume_id: string
  readonly write_bytes: number
  readonly writes: number
}

interface VolumeTypes extends Fields {
  readonly created_at: string
  readonly deleted: boolean
  readonly deleted_at: unknown
  readonly description: unknown
  readonly extra_specs: Fields
  readonly id: string
  readonly is_public: boolean
  readonly name: string
  readonly qos_specs_id: unknown
  readonly updated_at: string | null
}

interface VolumeTypeCreate extends Fields {
  readonly volume_types: VolumeTypes
}

interface VolumeTypeDelete extends Fields {
  readonly error_message?: string
  readonly id?: unknown
  readonly name?: unknown
  readonly volume_types: VolumeTypes
}

/**
 * The payloads of events by their name, on the wire or canonical. If several services use one name, the entry covers them all,
 * and there is another entry for each service, such as `neutron/port.create.end`.
 */
export type OpenstackPayloads = {
  readonly 'agent.update.end': AgentUpdateEnd
  readonly 'agent.update.start': AgentUpdateStart
  readonly 'aggregate.add_host.end': AggregateAddHostEnd
  readonly 'aggregate.add_host.start': AggregateAddHostStart
  readonly 'aggregate.addhost.end': AggregateAddhostEnd
  readonly 'aggregate.cache_images.end': AggregateAddHostStart
  readonly 'aggregate.cache_images.progress': AggregateCacheImagesProgress
  readonly 'aggregate.cache_images.start': AggregateAddHostStart
  readonly 'aggregate.create.end': AggregateCreateEnd
  readonly 'aggregate.create.start': AggregateCreateStart
  readonly 'aggregate.delete.end': AggregateDeleteEnd
  readonly 'aggregate.delete.start': AggregateDeleteEnd
  readonly 'aggregate.remove_host.end': AggregateAddHostStart
  readonly 'aggregate.remove_host.start': AggregateAddHostStart
  readonly 'aggregate.update_metadata.end': AggregateAddHostStart
  readonly 'aggregate.update_metadata.start': AggregateAddHostStart
  readonly 'aggregate.update_prop.end': AggregateAddHostStart
  readonly 'aggregate.update_prop.start': AggregateAddHostStart
  readonly 'application_credential.created': ApplicationCredentialCreated
  readonly authenticate: Authenticate
  readonly 'bandwidth_limit_rule.create.start': BandwidthLimitRuleCreateStart
  readonly 'bandwidth_limit_rule.delete.end': BandwidthLimitRuleDeleteEnd
  readonly 'baremetal.chassis.create.end': BaremetalChassisCreateEnd
  readonly 'baremetal.chassis.create.start': BaremetalChassisCreateEnd
  readonly 'baremetal.chassis.delete.end': BaremetalChassisCreateEnd
  readonly 'baremetal.chassis.delete.start': BaremetalChassisCreateEnd
  readonly 'baremetal.node.console_restore.end': BaremetalNodeConsoleRestoreEnd
  readonly 'baremetal.node.console_restore.start': BaremetalNodeConsoleRestoreEnd
  readonly 'baremetal.node.console_set.start': BaremetalNodeConsoleRestoreEnd
  readonly 'baremetal.node.create.end': BaremetalNodeCreateEnd
  readonly 'baremetal.node.create.start': BaremetalNodeCreateEnd
  readonly 'baremetal.node.delete.end': BaremetalNodeCreateEnd
  readonly 'baremetal.node.delete.start': BaremetalNodeCreateEnd
  readonly 'baremetal.node.power_set.end': BaremetalNodePowerSetEnd
  readonly 'baremetal.port.create.end': BaremetalPortCreateEnd
  readonly 'baremetal.port.delete.end': BaremetalPortCreateEnd
  readonly 'baremetal.port.delete.start': BaremetalPortCreateEnd
  readonly 'baremetal.port.update.start': BaremetalPortCreateEnd
  readonly 'baremetal.portgroup.create.end': BaremetalPortgroupCreateEnd
  readonly 'baremetal.portgroup.delete.end': BaremetalPortgroupCreateEnd
  readonly 'baremetal.portgroup.delete.start': BaremetalPortgroupCreateEnd
  readonly 'binding.create.start': BindingCreateStart
  readonly 'binding.delete.end': BindingDeleteEnd
  readonly 'binding.delete.start': BindingDeleteStart
  readonly 'chassis.create.end': BaremetalChassisCreateEnd
  readonly 'chassis.create.start': BaremetalChassisCreateEnd
  readonly 'chassis.delete.end': BaremetalChassisCreateEnd
  readonly 'chassis.delete.start': BaremetalChassisCreateEnd
  readonly 'compute.exception': ComputeException
  readonly 'compute.instance.create.end': ComputeInstanceCreateEnd
  readonly 'compute.instance.create.start': ComputeInstanceCreateStart
  readonly 'compute.instance.delete.end': ComputeInstanceDeleteEnd
  readonly 'compute.instance.delete.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.exists': ComputeInstanceExists
  readonly 'compute.instance.finish_resize.end': ComputeInstanceFinishResizeEnd
  readonly 'compute.instance.live_migration._post.end': ComputeInstanceFinishResizeEnd
  readonly 'compute.instance.live_migration._post.start': ComputeInstanceFinishResizeEnd
  readonly 'compute.instance.live_migration.post.dest.end': ComputeInstanceFinishResizeEnd
  readonly 'compute.instance.pause.end': ComputeInstanceDeleteEnd
  readonly 'compute.instance.pause.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.power_on.end': ComputeInstanceDeleteEnd
  readonly 'compute.instance.power_on.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.rebuild.end': ComputeInstanceRebuildEnd
  readonly 'compute.instance.rebuild.scheduled': ComputeInstanceDeleteEnd
  readonly 'compute.instance.rebuild.start': ComputeInstanceCreateStart
  readonly 'compute.instance.rescue.end': ComputeInstanceRescueEnd
  readonly 'compute.instance.rescue.start': ComputeInstanceRescueEnd
  readonly 'compute.instance.resize.confirm.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.resize.prep.end': ComputeInstanceResizePrepEnd
  readonly 'compute.instance.resize.prep.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.resize.revert.end': ComputeInstanceDeleteEnd
  readonly 'compute.instance.resize.start': ComputeInstanceFinishResizeEnd
  readonly 'compute.instance.resume.end': ComputeInstanceDeleteEnd
  readonly 'compute.instance.resume.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.shelve.end': ComputeInstanceDeleteEnd
  readonly 'compute.instance.shelve.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.shelve_offload.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.shutdown.end': ComputeInstanceDeleteEnd
  readonly 'compute.instance.shutdown.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.snapshot.end': ComputeInstanceDeleteEnd
  readonly 'compute.instance.snapshot.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.suspend.end': ComputeInstanceDeleteEnd
  readonly 'compute.instance.suspend.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.trigger_crash_dump.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.unpause.end': ComputeInstanceDeleteEnd
  readonly 'compute.instance.unpause.start': ComputeInstanceDeleteEnd
  readonly 'compute.instance.unrescue.start': ComputeInstanceFinishResizeEnd
  readonly 'compute.instance.volume.detach': ComputeInstanceVolumeDetach
  readonly 'compute_task.build_instances.error': ComputeTaskBuildInstancesError
  readonly 'compute_task.migrate_server': ComputeTaskMigrateServer
  readonly 'compute_task.migrate_server.error': ComputeTaskMigrateServerError
  readonly 'compute_task.rebuild_server.error': ComputeTaskBuildInstancesError
  readonly 'credential.created': ApplicationCredentialCreated
  readonly 'credential.deleted': ApplicationCredentialCreated
  readonly detach_volume: DetachVolume
  readonly 'dns.domain.delete': DnsDomainDelete
  readonly 'dns.domain.update': DnsDomainDelete
  readonly 'dns.pool.update': DnsPoolUpdate
  readonly 'dns.recordset.create': DnsRecordsetCreate
  readonly 'dns.recordset.update': DnsRecordsetCreate
  readonly 'dns.tld.delete': DnsTldDelete
  readonly 'dns.zone.create': DnsZoneCreate
  readonly 'dns.zone.delete': DnsZoneCreate
  readonly 'domain.created': DomainCreated
  readonly 'domain.delete': DnsDomainDelete
  readonly 'domain.update': DnsDomainDelete
  readonly 'endpoint.created': EndpointCreated
  readonly 'endpoint.deleted': ApplicationCredentialCreated
  readonly 'flavor.create': FlavorCreate
  readonly 'flavor.delete': FlavorCreate
  readonly 'flavor.update': FlavorCreate
  readonly 'floatingip.create.end': FloatingipCreateEnd
  readonly 'floatingip.delete.end': FloatingipDeleteEnd
  readonly 'floatingip.update.end': FloatingipCreateEnd
  readonly 'floatingip.update.start': FloatingipUpdateStart
  readonly 'group.delete.end': GroupDeleteEnd
  readonly 'group.delete.start': GroupDeleteEnd
  readonly 'group.deleted': ApplicationCredentialCreated
  readonly 'group.updated': GroupUpdated
  readonly 'group_type.create': GroupTypeCreate
  readonly 'identity.OS-TRUST:trust.created': ApplicationCredentialCreated
  readonly 'identity.OS-TRUST:trust.deleted': ApplicationCredentialCreated
  readonly 'identity.application_credential.created': ApplicationCredentialCreated
  readonly 'identity.authenticate': Authenticate
  readonly 'identity.credential.created': ApplicationCredentialCreated
  readonly 'identity.credential.deleted': ApplicationCredentialCreated
  readonly 'identity.domain.created': DomainCreated
  readonly 'identity.endpoint.created': EndpointCreated
  readonly 'identity.endpoint.deleted': ApplicationCredentialCreated
  readonly 'identity.group.deleted': ApplicationCredentialCreated
  readonly 'identity.group.updated': GroupUpdated
  readonly 'identity.policy.created': ApplicationCredentialCreated
  readonly 'identity.policy.deleted': ApplicationCredentialCreated
  readonly 'identity.project.deleted': IdentityProjectDeleted
  readonly 'identity.project.updated': IdentityProjectUpdated
  readonly 'identity.region.created': IdentityRegionCreated
  readonly 'identity.role.created': EndpointCreated
  readonly 'identity.role.deleted': ApplicationCredentialCreated
  readonly 'identity.role_assignment.created': IdentityRoleAssignmentCreated
  readonly 'identity.role_assignment.deleted': IdentityRoleAssignmentDeleted
  readonly 'identity.service.deleted': ApplicationCredentialCreated
  readonly 'identity.user.created': IdentityRegionCreated
  readonly 'image.create': ImageCreate
  readonly 'image.member.create': ImageMemberCreate
  readonly 'image.member.update': ImageMemberCreate
  readonly 'image.send': ImageSend
  readonly 'image.update': ImageCreate
  readonly 'image.upload': string | ImageUpload
  readonly 'instance.create.end': InstanceCreateEnd
  readonly 'instance.create.error': InstanceCreateError
  readonly 'instance.create.start': InstanceCreateStart
  readonly 'instance.delete.end': InstanceDeleteEnd
  readonly 'instance.delete.start': InstanceDeleteEnd
  readonly 'instance.evacuate': InstanceEvacuate
  readonly 'instance.exists': InstanceExists
  readonly 'instance.interface_attach.end': InstanceEvacuate
  readonly 'instance.interface_attach.error': InstanceEvacuate
  readonly 'instance.interface_attach.start': InstanceEvacuate
  readonly 'instance.interface_detach.end': InstanceEvacuate
  readonly 'instance.interface_detach.start': InstanceEvacuate
  readonly 'instance.live_migration_abort.end': InstanceEvacuate
  readonly 'instance.live_migration_abort.start': InstanceEvacuate
  readonly 'instance.live_migration_force_complete.end': InstanceEvacuate
  readonly 'instance.live_migration_force_complete.start': InstanceEvacuate
  readonly 'instance.live_migration_post.end': InstanceLiveMigrationPostEnd
  readonly 'instance.live_migration_post.start': InstanceLiveMigrationPostEnd
  readonly 'instance.live_migration_post_dest.end': InstanceLiveMigrationPostEnd
  readonly 'instance.live_migration_post_dest.start': InstanceLiveMigrationPostDestStart
  readonly 'instance.live_migration_pre.end': InstanceEvacuate
  readonly 'instance.live_migration_pre.start': InstanceEvacuate
  readonly 'instance.live_migration_rollback.end': InstanceEvacuate
  readonly 'instance.live_migration_rollback.start': InstanceEvacuate
  readonly 'instance.live_migration_rollback_dest.end': InstanceEvacuate
  readonly 'instance.live_migration_rollback_dest.start': InstanceEvacuate
  readonly 'instance.lock': InstanceEvacuate
  readonly 'instance.pause.end': InstanceDeleteEnd
  readonly 'instance.pause.start': InstanceDeleteEnd
  readonly 'instance.power_off.end': InstanceEvacuate
  readonly 'instance.power_off.start': InstanceEvacuate
  readonly 'instance.power_on.end': InstanceDeleteEnd
  readonly 'instance.power_on.start': InstanceDeleteEnd
  readonly 'instance.reboot.end': InstanceEvacuate
  readonly 'instance.reboot.error': InstanceEvacuate
  readonly 'instance.reboot.start': InstanceEvacuate
  readonly 'instance.rebuild.end': InstanceRebuildEnd
  readonly 'instance.rebuild.error': InstanceRebuildError
  readonly 'instance.rebuild.start': InstanceRebuildStart
  readonly 'instance.rebuild_scheduled': InstanceRebuildScheduled
  readonly 'instance.rescue.end': InstanceRescueEnd
  readonly 'instance.rescue.start': InstanceRescueEnd
  readonly 'instance.resize.end': InstanceEvacuate
  readonly 'instance.resize.error': InstanceEvacuate
  readonly 'instance.resize.start': InstanceLiveMigrationPostEnd
  readonly 'instance.resize_confirm.end': InstanceLiveMigrationPostDestStart
  readonly 'instance.resize_confirm.start': InstanceDeleteEnd
  readonly 'instance.resize_finish.end': InstanceLiveMigrationPostEnd
  readonly 'instance.resize_finish.start': InstanceLiveMigrationPostDestStart
  readonly 'instance.resize_prep.end': InstanceResizePrepEnd
  readonly 'instance.resize_prep.start': InstanceResizePrepStart
  readonly 'instance.resize_revert.end': InstanceDeleteEnd
  readonly 'instance.resize_revert.start': InstanceEvacuate
  readonly 'instance.restore.end': InstanceEvacuate
  readonly 'instance.restore.start': InstanceEvacuate
  readonly 'instance.resume.end': InstanceDeleteEnd
  readonly 'instance.resume.start': InstanceDeleteEnd
  readonly 'instance.share_attach.end': InstanceShareAttachEnd
  readonly 'instance.share_attach.error': InstanceShareAttachEnd
  readonly 'instance.share_attach.start': InstanceShareAttachEnd
  readonly 'instance.share_detach.end': InstanceShareAttachEnd
  readonly 'instance.share_detach.error': InstanceShareAttachEnd
  readonly 'instance.share_detach.start': InstanceShareAttachEnd
  readonly 'instance.shelve.end': InstanceDeleteEnd
  readonly 'instance.shelve.start': InstanceDeleteEnd
  readonly 'instance.shelve_offload.end': InstanceLiveMigrationPostDestStart
  readonly 'instance.shelve_offload.start': InstanceDeleteEnd
  readonly 'instance.shutdown.end': InstanceDeleteEnd
  readonly 'instance.shutdown.start': InstanceDeleteEnd
  readonly 'instance.snapshot.end': InstanceSnapshotEnd
  readonly 'instance.snapshot.start': InstanceSnapshotEnd
  readonly 'instance.soft_delete.end': InstanceEvacuate
  readonly 'instance.soft_delete.start': InstanceEvacuate
  readonly 'instance.suspend.end': InstanceDeleteEnd
  readonly 'instance.suspend.start': InstanceDeleteEnd
  readonly 'instance.trigger_crash_dump.end': InstanceLiveMigrationPostDestStart
  readonly 'instance.trigger_crash_dump.start': InstanceDeleteEnd
  readonly 'instance.unlock': InstanceEvacuate
  readonly 'instance.unpause.end': InstanceDeleteEnd
  readonly 'instance.unpause.start': InstanceDeleteEnd
  readonly 'instance.unrescue.end': InstanceLiveMigrationPostDestStart
  readonly 'instance.unrescue.start': InstanceLiveMigrationPostEnd
  readonly 'instance.unshelve.end': InstanceEvacuate
  readonly 'instance.unshelve.start': InstanceLiveMigrationPostDestStart
  readonly 'instance.update': InstanceUpdate
  readonly 'instance.volume_attach.end': InstanceVolumeAttachEnd
  readonly 'instance.volume_attach.error': InstanceVolumeAttachError
  readonly 'instance.volume_attach.start': InstanceVolumeAttachEnd
  readonly 'instance.volume_detach.end': InstanceVolumeDetachEnd
  readonly 'instance.volume_detach.start': InstanceVolumeAttachError
  readonly 'instance.volume_swap.end': InstanceVolumeSwapEnd
  readonly 'instance.volume_swap.error': InstanceVolumeSwapEnd
  readonly 'instance.volume_swap.start': InstanceVolumeSwapEnd
  readonly 'ironic/port.create.end': BaremetalPortCreateEnd
  readonly 'ironic/port.delete.start': BaremetalPortCreateEnd
  readonly 'ironic/port.update.start': BaremetalPortCreateEnd
  readonly 'keypair.create.end': KeypairCreateEnd
  readonly 'keypair.create.start': KeypairCreateEnd
  readonly 'keypair.delete.end': KeypairCreateEnd
  readonly 'keypair.delete.start': KeypairDeleteStart
  readonly 'keypair.import.end': KeypairDeleteStart
  readonly 'keypair.import.start': KeypairDeleteStart
  readonly 'libvirt.connect.error': LibvirtConnectError
  readonly 'metadef_namespace.create': MetadefNamespaceCreate
  readonly 'metadef_namespace.delete': MetadefNamespaceCreate
  readonly 'metadef_property.create': MetadefPropertyCreate
  readonly 'metrics.update': MetricsUpdate
  readonly 'network.create.end': NetworkCreateEnd
  readonly 'network.create.start': NetworkCreateStart
  readonly 'network.delete.end': NetworkDeleteEnd
  readonly 'network.delete.start': NetworkDeleteStart
  readonly 'network.update.start': NetworkUpdateStart
  readonly 'neutron/port.create.end': NeutronPortCreateEnd
  readonly 'neutron/port.delete.start': NeutronPortDeleteStart
  readonly 'neutron/port.update.start': NeutronPortUpdateStart
  readonly 'node.console_restore.end': BaremetalNodeConsoleRestoreEnd
  readonly 'node.console_restore.start': BaremetalNodeConsoleRestoreEnd
  readonly 'node.console_set.start': BaremetalNodeConsoleRestoreEnd
  readonly 'node.create.end': BaremetalNodeCreateEnd
  readonly 'node.create.start': BaremetalNodeCreateEnd
  readonly 'node.delete.end': BaremetalNodeCreateEnd
  readonly 'node.delete.start': BaremetalNodeCreateEnd
  readonly 'node.power_set.end': BaremetalNodePowerSetEnd
  readonly 'orchestration.stack.check.start': OrchestrationStackCheckStart
  readonly 'orchestration.stack.create.error': OrchestrationStackCheckStart
  readonly 'orchestration.stack.create.start': OrchestrationStackCheckStart
  readonly 'orchestration.stack.delete.end': OrchestrationStackCheckStart
  readonly 'orchestration.stack.delete.start': OrchestrationStackCheckStart
  readonly 'orchestration.stack.resume.end': OrchestrationStackCheckStart
  readonly 'orchestration.stack.snapshot.start': OrchestrationStackCheckStart
  readonly 'orchestration.stack.suspend.end': OrchestrationStackCheckStart
  readonly 'orchestration.stack.suspend.start': OrchestrationStackCheckStart
  readonly 'orchestration.stack.update.end': OrchestrationStackCheckStart
  readonly 'orchestration.stack.update.start': OrchestrationStackCheckStart
  readonly 'policy.create.end': PolicyCreateEnd
  readonly 'policy.created': ApplicationCredentialCreated
  readonly 'policy.delete.end': PolicyDeleteEnd
  readonly 'policy.delete.start': PolicyDeleteStart
  readonly 'policy.deleted': ApplicationCredentialCreated
  readonly 'pool.update': DnsPoolUpdate
  readonly 'port.create.end': PortCreateEnd
  readonly 'port.delete.end': BaremetalPortCreateEnd
  readonly 'port.delete.start': PortDeleteStart
  readonly 'port.update.end': NeutronPortCreateEnd
  readonly 'port.update.start': PortUpdateStart
  readonly 'port_forwarding.create.start': PortForwardingCreateStart
  readonly 'port_forwarding.delete.end': PortForwardingDeleteEnd
  readonly 'portgroup.create.end': BaremetalPortgroupCreateEnd
  readonly 'portgroup.delete.end': BaremetalPortgroupCreateEnd
  readonly 'portgroup.delete.start': BaremetalPortgroupCreateEnd
  readonly 'project.deleted': IdentityProjectDeleted
  readonly 'project.updated': IdentityProjectUpdated
  readonly 'recordset.create': DnsRecordsetCreate
  readonly 'recordset.update': DnsRecordsetCreate
  readonly 'region.created': IdentityRegionCreated
  readonly resize_instance: ResizeInstance
  readonly 'role.created': EndpointCreated
  readonly 'role.deleted': ApplicationCredentialCreated
  readonly 'role_assignment.created': IdentityRoleAssignmentCreated
  readonly 'role_assignment.deleted': IdentityRoleAssignmentDeleted
  readonly 'router.create.end': RouterCreateEnd
  readonly 'router.create.start': RouterCreateStart
  readonly 'router.delete.end': RouterDeleteEnd
  readonly 'router.delete.start': RouterDeleteStart
  readonly 'router.interface.create': RouterInterfaceCreate
  readonly 'router.interface.delete': RouterInterfaceCreate
  readonly 'router.update.end': RouterUpdateEnd
  readonly 'scheduler.select_destinations.end': SchedulerSelectDestinationsEnd
  readonly 'scheduler.select_destinations.start': SchedulerSelectDestinationsStart
  readonly 'security_group.delete.end': SecurityGroupDeleteEnd
  readonly 'security_group_rule.create.start': SecurityGroupRuleCreateStart
  readonly 'security_group_rule.delete.end': SecurityGroupRuleDeleteEnd
  readonly 'server_group.add_member': ServerGroupAddMember
  readonly 'server_group.create': ServerGroupCreate
  readonly 'server_group.delete': ServerGroupDelete
  readonly 'servergroup.delete': ServergroupDelete
  readonly 'service.create': ServiceCreate
  readonly 'service.delete': ServiceCreate
  readonly 'service.deleted': ApplicationCredentialCreated
  readonly 'service.update': ServiceCreate
  readonly 'share.create.start': ShareCreateStart
  readonly 'share.delete.end': ShareCreateStart
  readonly 'share.delete.start': ShareCreateStart
  readonly 'share.extend.end': ShareCreateStart
  readonly 'share.extend.start': ShareCreateStart
  readonly 'share.shrink.start': ShareCreateStart
  readonly 'share_type.create': ShareTypeCreate
  readonly 'share_type.delete': ShareTypeDelete
  readonly 'snapshot.create.end': SnapshotCreateEnd
  readonly 'snapshot.update.end': SnapshotCreateEnd
  readonly 'stack.check.start': OrchestrationStackCheckStart
  readonly 'stack.create.error': OrchestrationStackCheckStart
  readonly 'stack.create.start': OrchestrationStackCheckStart
  readonly 'stack.delete.end': OrchestrationStackCheckStart
  readonly 'stack.delete.start': OrchestrationStackCheckStart
  readonly 'stack.resume.end': OrchestrationStackCheckStart
  readonly 'stack.snapshot.start': OrchestrationStackCheckStart
  readonly 'stack.suspend.end': OrchestrationStackCheckStart
  readonly 'stack.suspend.start': OrchestrationStackCheckStart
  readonly 'stack.update.end': OrchestrationStackCheckStart
  readonly 'stack.update.start': OrchestrationStackCheckStart
  readonly 'subnet.delete.end': SubnetDeleteEnd
  readonly 'subnet.delete.start': SubnetDeleteStart
  readonly 'subnet.update.start': SubnetUpdateStart
  readonly 'subnetpool.delete.end': SubnetpoolDeleteEnd
  readonly 'tag.delete.end': TagDeleteEnd
  readonly 'task.processing': TaskProcessing
  readonly 'task.success': TaskProcessing
  readonly 'tld.delete': DnsTldDelete
  readonly 'trunk.create.end': TrunkCreateEnd
  readonly 'trunk.create.start': TrunkCreateStart
  readonly 'trunk.delete.start': TrunkDeleteStart
  readonly 'trust.created': ApplicationCredentialCreated
  readonly 'trust.deleted': ApplicationCredentialCreated
  readonly 'user.created': IdentityRegionCreated
  readonly 'volume.attach.end': VolumeAttachEnd
  readonly 'volume.attach.start': VolumeAttachEnd
  readonly 'volume.create.end': VolumeAttachEnd
  readonly 'volume.create.start': VolumeAttachEnd
  readonly 'volume.delete.end': VolumeAttachEnd
  readonly 'volume.delete.start': VolumeAttachEnd
  readonly 'volume.detach.end': VolumeAttachEnd
  readonly 'volume.detach.start': VolumeAttachEnd
  readonly 'volume.resize.end': VolumeAttachEnd
  readonly 'volume.resize.start': VolumeAttachEnd
  readonly 'volume.retype': VolumeAttachEnd
  readonly 'volume.transfer.accept.end': VolumeTransferAcceptEnd
  readonly 'volume.update.end': VolumeAttachEnd
  readonly 'volume.usage': VolumeUsage
  readonly 'volume_type.create': VolumeTypeCreate
  readonly 'volume_type.delete': VolumeTypeDelete
  readonly 'volume_type.update': VolumeTypeCreate
  readonly 'zone.create': DnsZoneCreate
  readonly 'zone.delete': DnsZoneCreate
}
