/// How a guest ended.
struct GuestEnd: Sendable, Equatable {
  /// One line.
  var text: String
  /// Whether something went wrong; powering off is no failure.
  var isFailure: Bool
}
