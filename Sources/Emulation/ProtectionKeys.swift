/// What protection keys allow (SDM vol. 3, 4.6.2): two bits a key, "no access" and "no writes".
public struct ProtectionKeys: Sendable, Equatable {
  /// PKRU: for pages of users, where CR4.PKE is set.
  public var user: UInt32
  /// IA32_PKRS: for pages of supervisors, where CR4.PKS is set.
  public var supervisor: UInt32

  /// Keys that forbid nothing, but for what is given.
  public init(user: UInt32 = 0, supervisor: UInt32 = 0) {
    self.user = user
    self.supervisor = supervisor
  }

  /// Whether `state` uses any.
  public static func areUsed(by state: ProcessorState) -> Bool {
    state.cr4 & (1 << 22 | 1 << 24) != 0
  }
}
