import Rendezvous
import Telemetry

extension Recording {
  /// Of each vcpu, how long after the request it came to the last rendezvous that it was a member of, microseconds, 1
  /// at least; 0 where none is kept that has its lane. Looks through the history from the newest on, until all are
  /// known.
  var memberLags: [Double] {
    let count = snapshot.vcpus.count
    var lags = Array(repeating: 0.0, count: count)
    var missing = count
    for number in rendezvous.numbers.reversed() {
      if missing == 0 { break }
      guard let record = rendezvous.entry(number)?.record else { continue }
      for lane in rendezvous.lanes(of: record.id) where lags.indices.contains(lane.vcpu) {
        guard lags[lane.vcpu] == 0, record.targets.contains(lane.vcpu),
          let lag = record.since(lane.arrivedNanoseconds)
        else { continue }
        lags[lane.vcpu] = max(1, Double(lag) / 1_000)
        missing -= 1
      }
    }
    return lags
  }
}
