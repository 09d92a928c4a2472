import Rendezvous
import Telemetry

/// Where the parts of the Policies view are; those that do not fit are empty.
struct PoliciesLayout: Equatable {
  private static let nothing = Rect(x: 0, y: 0, width: 0, height: 0)

  /// A rule with the view's title.
  var title = nothing
  /// The titles of the columns.
  var head = nothing
  /// A row for each policy.
  var rows = nothing
  /// The first policy that is shown.
  var top = 0
  /// A rule, the policies' names, and a row for each dimension.
  var dimensions = nothing
  /// A rule, some rates over time, and the policy that they are booked on.
  var trend = nothing
  /// A rule, and what the review said.
  var review = nothing
  /// What the words mean.
  var legend = nothing

  /// Rows of the review's words that are worth a place of their own.
  static let leastReview = 8

  init(_ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let state = model.ui.policies
    let policies = PoliciesState.policies(model.shown)
    var stack = RowStack(rect)
    if rect.height >= 4 { legend = stack.takeLast(1) }
    // So low that it is one or the other.
    if state.showsReview == true && rect.height < 12 {
      review = stack.take(stack.left)
      return
    }
    if rect.height >= 12 { title = stack.take(1) }
    head = stack.take(1)
    // The table has at most half of what is stack.left, but a row at least.
    rows = stack.take(
      min(stack.left, max(1, min(policies.count, rect.height < 12 ? stack.left : stack.left / 2))))
    let place = state.place(policies, inForce: model.shown.snapshot.policy)
    self.top = max(0, min(place - rows.height / 2, policies.count - rows.height))
    let need = model.shown.snapshot.policy.dimensions.count + 2
    let hasRoom = stack.left >= need + PolicyTrend.least + Self.leastReview
    if state.showsReview ?? hasRoom {
      if hasRoom {
        dimensions = stack.take(need)
        trend = stack.take(min(PolicyTrend.most, stack.left - Self.leastReview))
      }
      review = stack.take(stack.left)
    } else {
      if stack.left >= 3 { dimensions = stack.take(min(stack.left, need)) }
      if stack.left >= PolicyTrend.least { trend = stack.take(min(PolicyTrend.most, stack.left)) }
    }
  }
}
