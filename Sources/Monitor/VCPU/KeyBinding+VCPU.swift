extension KeyBinding {
  static let vcpu: [KeyBinding] = []
}
