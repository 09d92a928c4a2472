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
  /// A rule, the policies' names and three dimensions.
  private static let leastDimensions = 5

  init(_ rect: Rect, _ model: MonitorModel) {
    guard !rect.isEmpty else { return }
    let policies = PoliciesState.policies(model.shown)
    var stack = RowStack(rect)
    if rect.height >= 4 { legend = stack.takeLast(1) }
    if rect.height >= 12 { title = stack.take(1) }
    head = stack.take(1)
    let need = model.shown.snapshot.policy.dimensions.count + 2
    let hasReview = stack.left >= policies.count + need + PolicyTrend.least + Self.leastReview
    // What is below the table comes before the rest of a long table, which scrolls.
    let below = stack.left >= 14 ? Self.leastDimensions + PolicyTrend.least : 0
    rows = stack.take(min(max(1, stack.left - below), policies.count))
    let place = model.ui.policies.place(policies, inForce: model.shown.snapshot.policy)
    top = max(0, min(place - rows.height / 2, policies.count - rows.height))
    if hasReview {
      dimensions = stack.take(need)
      trend = stack.take(min(PolicyTrend.most, stack.left - Self.leastReview))
      review = stack.take(stack.left)
    } else {
      let trends = stack.left >= Self.leastDimensions + PolicyTrend.least ? PolicyTrend.least : 0
      if stack.left - trends >= 3 { dimensions = stack.take(min(stack.left - trends, need)) }
      if trends > 0 { trend = stack.take(min(PolicyTrend.most, stack.left)) }
    }
  }
}
