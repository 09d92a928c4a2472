import Commands
import FoundationEssentials
import Rendezvous
import Telemetry
import Testing

@testable import Monitor

/// What `w` writes, read back by another JSON parser.
@Suite struct SavingTests {
  /// Any JSON.
  indirect enum JSON: Decodable, Equatable {
    case number(Double)
    case flag(Bool)
    case text(String)
    case object([String: JSON])
    case list([JSON])

    init(from decoder: any Decoder) throws {
      let value = try decoder.singleValueContainer()
      if let flag = try? value.decode(Bool.self) {
        self = .flag(flag)
      } else if let number = try? value.decode(Double.self) {
        self = .number(number)
      } else if let text = try? value.decode(String.self) {
        self = .text(text)
      } else if let list = try? value.decode([JSON].self) {
        self = .list(list)
      } else {
        self = .object(try value.decode([String: JSON].self))
      }
    }

    subscript(name: String) -> JSON? {
      if case .object(let members) = self { members[name] } else { nil }
    }
    subscript(index: Int) -> JSON? {
      if case .list(let list) = self, list.indices.contains(index) { list[index] } else { nil }
    }
    var list: [JSON] { if case .list(let list) = self { list } else { [] } }
    var number: Double? { if case .number(let number) = self { number } else { nil } }
    var text: String? { if case .text(let text) = self { text } else { nil } }
  }

  /// What pressing `w` in `model` saves.
  static func save(_ model: MonitorModel) throws -> (name: String, json: JSON) {
    var model = model
    let effects = model.handle(.character("w"))
    guard case .save(let view)? = effects.first, effects.count == 1 else {
      Issue.record("\(effects.count) effects")
      return ("", .list([]))
    }
    #expect(view.json.last == UInt8(ascii: "\n"))
    #expect(!view.json.dropLast().contains { $0 < 0x20 || $0 == 0x7f })
    return (
      view.suggestedName, try JSONDecoder().decode(JSON.self, from: Data(view.json))
    )
  }

  static func saved(_ view: MonitorView, _ model: MonitorModel) throws -> JSON {
    var model = model
    _ = model.handle(.character(view.key))
    return try save(model).json
  }

  @Test(arguments: MonitorView.allCases) func everyViewHasItsHead(view: MonitorView) throws {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.character(view.key))
    let (name, json) = try Self.save(model)
    let word = view.title.lowercased()
    #expect(name == "tryst-\(word)-3m15.900s.json")
    #expect(json["schema"] == .number(1))
    #expect(json["tryst"] == .text(Version.current))
    #expect(json["view"] == .text(word))
    #expect(json["timeNanoseconds"] == .number(195_900_000_000))
    #expect(json["frozen"] == .flag(false))
    #expect(json["guest"]?["name"] == .text("demo"))
    #expect(json["guest"]?["vcpus"] == .number(4))
    #expect(json["policy"] == .text("landed"))
  }

  @Test func theFrozenPictureIsSaved() throws {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.character(" "))
    for _ in 0..<3 { _ = model.handle(.character("[")) }
    let (name, json) = try Self.save(model)
    #expect(name == "tryst-overview-3m15.600s.json")
    #expect(json["frozen"] == .flag(true))
    #expect(json["timeNanoseconds"] == .number(195_600_000_000))
    #expect(json["report"]?["rendezvous"]?["requested"] == .number(79_000 + 36 * 3))
  }

  @Test func overviewIsTheReportAndTheSamples() throws {
    let json = try Self.saved(.overview, Fixture.model(vcpus: 4))
    #expect(json["report"]?["vcpus"]?.list.count == 4)
    #expect(json["report"]?["durationSeconds"] == .number(195.9))
    let samples = json["samples"]?.list ?? []
    #expect(samples.count == 40)
    #expect(samples.last?["totals"]?["rendezvous"] == .number(79_000 + 39 * 3))
    #expect(samples.first?["timeNanoseconds"] == .number(192_000_000_000))
  }

  @Test func timelineHasTheLanesOfTheSelectedOne() throws {
    var model = Fixture.timeline(vcpus: 8)
    _ = model.handle(.character("2"))
    _ = model.handle(.up)
    let json = try Self.save(model).json
    let history = model.shown.rendezvous
    #expect(json["rendezvous"]?.list.count == history.numbers.count)
    let number = try #require(model.ui.timeline.number(of: history.numbers))
    let record = try #require(history.entry(number)?.record)
    #expect(json["selected"]?["id"] == .number(Double(record.id)))
    let lanes = json["selected"]?["lanes"]?.list ?? []
    #expect(lanes.count == history.lanes(of: record.id).count && !lanes.isEmpty)
    for lane in lanes {
      let vcpu = Int(lane["vcpu"]?.number ?? -1)
      let source = history.lanes(of: record.id).first { $0.vcpu == vcpu }
      #expect(lane["role"]?.text == source.map { "\($0.role)" })
      #expect(
        lane["releasedMonotonicNanoseconds"]?.number
          == source.flatMap { $0.releasedNanoseconds == 0 ? nil : Double($0.releasedNanoseconds) })
    }
    let saved = json["rendezvous"]?.list.first { $0["id"] == .number(Double(record.id)) }
    #expect(saved?["latencyNanoseconds"]?.number == Double(record.latencyNanoseconds))
    #expect(saved?["targets"]?.text == "\(record.targets)")
  }

  @Test func theMatrixIsSparse() throws {
    let model = Fixture.ipiModel(vcpus: 64)
    let json = try Self.saved(.ipi, model)
    let history = model.shown.traffic
    #expect(json["leftOut"] == .number(0))
    var sources = 0
    for row in json["sources"]?.list ?? [] {
      sources += 1
      let source = Int(row["vcpu"]?.number ?? -1)
      let pairs = history.source(source).pairs
      #expect(row["pairs"]?.list.count == pairs.count)
      #expect(row["pairs"]?[0]?["to"]?.number == pairs.first.map { Double($0.destination) })
      #expect(row["pairs"]?[0]?["total"]?.number == pairs.first.map { Double($0.count.total) })
      #expect(row["vectors"]?.list.count == history.source(source).vectors.count)
      #expect(
        row["modes"]?["fixed"]?["total"]?.number
          == Double(history.count(.fixed, of: source).total))
    }
    #expect(sources > 0 && sources <= 64)
  }

  /// Every vcpu of 1,024 to every other: the file stays one that an editor opens.
  @Test func aFullMatrixIsBounded() throws {
    var model = Fixture.model(vcpus: 1_024)
    var next = Fixture.snapshot(vcpus: 1_024, step: 41)
    let pairs = (0..<1_024).map {
      IPITrafficRow.Pair(destination: $0, count: .max >> 8, lastVector: 0xff)
    }
    next.traffic = (0..<1_024).map { source in
      var row = IPITrafficRow(source: source)
      row.pairs = pairs
      return row
    }
    model.absorb(next)
    _ = model.handle(.character("3"))
    let view = model.savedView
    #expect(view.json.count < 8 << 20)
    let leftOut = 1_024 * 1_024 - IPIData.limit
    #expect(String(decoding: view.json, as: UTF8.self).contains("\"leftOut\":\(leftOut),"))
  }

  @Test func vcpuHasRegistersAPICAndExits() throws {
    let model = Fixture.vcpuView(vcpus: 8, selected: 5)
    let json = try Self.save(model).json
    let looks = try #require(VCPULooks(model))
    let detail = try #require(looks.detail)
    #expect(json["vcpu"] == .number(5))
    #expect(
      json["registers"]?["rax"]?.text == NumberText.hexadecimal(detail.registers.general[0]))
    #expect(json["registers"]?["cr3"]?.text == NumberText.hexadecimal(detail.registers.cr3))
    let vectors = VectorSet(detail.localAPIC.interruptRequest).vectors.map {
      JSON.number(Double($0))
    }
    #expect(json["localAPIC"]?["irrVectors"] == .list(vectors) && !vectors.isEmpty)
    let io = json["exits"]?.list.first { $0["reason"] == .text("io") }
    #expect(io?["count"]?.number == Double(looks.vcpu.exits[.io]))
    #expect(json["counters"]?["stallNanoseconds"]?.number == Double(looks.vcpu.stallNanoseconds))
    // Without a close look there is no register.
    let without = Fixture.vcpuView(vcpus: 8, selected: 5, hasDetail: false)
    #expect(try Self.save(without).json["registers"] == nil)
  }

  @Test func pinsAreDecoded() throws {
    let model = Fixture.boardModel(vcpus: 4, view: .interrupts)
    let json = try Self.saved(.interrupts, model)
    let pins = model.shown.snapshot.controllers.pins
    #expect(json["pins"]?.list.count == 24)
    for (number, pin) in pins.enumerated() {
      let entry = PinEntry(rawValue: pin.entry)
      let saved = json["pins"]?[number]
      #expect(saved?["pin"] == .number(Double(number)))
      #expect(saved?["entry"]?.text == NumberText.hexadecimal(pin.entry))
      #expect(saved?["vector"] == .number(Double(entry.vector)))
      #expect(saved?["masked"] == .flag(entry.isMasked))
      #expect(saved?["delivered"] == .number(Double(pin.delivered)))
    }
    let base = Double(model.shown.snapshot.controllers.master.vectorBase)
    #expect(json["pair8259"]?["master"]?["vectorBase"] == .number(base))
  }

  @Test func consoleIsScreenAndScrollBack() throws {
    let model = Fixture.model(vcpus: 4)
    let lines = try Self.saved(.console, model)["lines"]?.list ?? []
    // 40 rounds and the prompt, of which a screen holds 24.
    #expect(lines.count == 41)
    #expect(lines.first?.text?.hasPrefix("[demo] round 18800 ok") == true)
    #expect(lines.last == .text("[demo] _"))
  }

  @Test func logHasWhatTheFilterShows() throws {
    var model = Fixture.model(vcpus: 4)
    _ = model.handle(.character("7"))
    let all = try Self.save(model).json
    #expect(all["entries"]?.list.count == 120)
    for scalar in "/inj".unicodeScalars { _ = model.handle(.character(scalar)) }
    _ = model.handle(.enter)
    let json = try Self.save(model).json
    #expect(json["filter"] == .text("inj"))
    let entries = json["entries"]?.list ?? []
    #expect(entries.count == 40)
    #expect(entries.allSatisfy { $0["kind"] == .text("injection") })
    #expect(entries.first?["targets"]?[0]?["outcome"] == .text("delivered"))
    #expect(entries.first?["targets"]?[0]?["afterNanoseconds"] == .number(41_000))
    #expect(entries[2]["targets"]?[0]?["reason"] == .text("interruptsDisabled"))
  }

  @Test func policiesAreTheLedger() throws {
    let model = PoliciesViewTests.model(width: 80, height: 24)
    let json = try Self.saved(.policies, model)
    let ledger = model.shown.policies
    #expect(json["inForce"]?["preset"]?.text == model.shown.snapshot.policy.preset)
    #expect(json["accounts"]?.list.count == ledger.accounts.count && ledger.accounts.count > 1)
    for (saved, account) in zip(json["accounts"]?.list ?? [], ledger.accounts) {
      #expect(saved["preset"]?.text == account.policy.preset)
      #expect(saved["rendezvous"]?.number == Double(account.totals.rendezvous))
      #expect(saved["inForceNanoseconds"]?.number == Double(account.inForceNanoseconds))
    }
  }

  /// Whatever a guest is called or says, and with every number at its end.
  @Test(arguments: MonitorView.allCases) func hostileValues(view: MonitorView) throws {
    for var model in [MonitorModel(), RobustnessTests.hostile()] {
      _ = model.handle(.character(view.key))
      let (name, _) = try Self.save(model)
      #expect(
        name.unicodeScalars.allSatisfy {
          $0 == "-" || $0 == "." || ("0"..."9").contains($0) || ("a"..."z").contains($0)
        })
    }
  }
}
