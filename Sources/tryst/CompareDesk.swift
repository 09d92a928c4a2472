import Comparison
import Monitor
import Threads

/// What the monitor's comparisons run on: threads and guests of their own, which the loop of the screen never waits
/// for. The screen's thread owns it.
final class CompareDesk {
  private let device: String
  private var table: CompareWorker?
  private var pair: ComparePairWorker?
  private var shown: ComparisonState?

  init(device: String) { self.device = device }

  /// Does what the operator asked for.
  func perform(_ request: CompareRequest, _ model: inout MonitorModel) {
    do throws(ThreadError) {
      switch request {
      case .run(let plan):
        // The one before has ended: the monitor asks for no other while one runs.
        table?.cut()
        table?.join()
        table = nil
        shown = nil
        model.comparison = ComparisonState(plan)
        table = try CompareWorker(plan, device: device) {}
      case .cut: table?.cut()
      case .runPair(let plan):
        model.pair = PairState(plan)
        if let pair { pair.run(plan) } else { pair = try ComparePairWorker(plan, device: device) }
      case .endPair: pair?.endPair()
      }
    } catch { model.notify(error.description) }
  }

  /// Shows how far it is. Waits for nothing.
  func refresh(_ model: inout MonitorModel) {
    if let table {
      let now = table.now
      if now != shown {
        model.comparison = now
        shown = now
      }
    }
    if let pair, model.showsComparison { model.pair = pair.now }
  }

  /// Ends everything and waits for it.
  func end() {
    table?.cut()
    pair?.end()
    table?.join()
  }
}
