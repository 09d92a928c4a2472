import Testing

@testable import Monitor

@Suite struct KeyTableTests {
  private func changed(_ changes: KeyTable.Change...) -> KeyTable {
    let (table, objections) = KeyTable.standard.changed(by: changes)
    #expect(objections.isEmpty)
    return table
  }

  private func objections(_ changes: KeyTable.Change...) -> [KeyTable.Objection] {
    KeyTable.standard.changed(by: changes).objections
  }

  /// A model that has seen nothing, with other keys.
  private func model(_ keys: KeyTable) -> MonitorModel {
    var model = MonitorModel(keys: keys)
    model.resize(width: 120, height: 40)
    return model
  }

  private func row(_ model: MonitorModel, _ y: Int) -> String {
    let frame = model.frame(glyphs: .unicode)
    var text = ""
    for x in 0..<frame.width {
      if let scalar = Unicode.Scalar(frame[x, y].scalar) { text.unicodeScalars.append(scalar) }
    }
    return text
  }

  // MARK: - Names

  @Test func everyKeyIsFoundByItsName() throws {
    var keys: [Key] = KeyBinding.all.flatMap(\.keys)
    keys += (0x20..<0x7f).map { .character(Unicode.Scalar(UInt8($0))) } + [.character("é")]
    keys += "abcdefghjklnopqrstuvwxyz@\\]^_".unicodeScalars.map { .control($0) }
    keys += (1...12).map { .function($0) }
    for key in [Key.up, .down, .left, .right, .home, .end, .pageUp, .pageDown, .insert, .delete] {
      keys.append(key)
      for bits in 1...7 {
        keys.append(.modified(key, KeyModifiers(rawValue: UInt8(bits))))
        keys.append(.modified(.function(5), KeyModifiers(rawValue: UInt8(bits))))
      }
    }
    keys += [.tab, .backTab, .enter, .escape, .backspace]
    for key in keys {
      #expect(try Key(name: key.name) == key)
      if key.name.unicodeScalars.count > 1 {
        #expect(try Key(name: key.name.lowercased()) == key)
        #expect(try Key(name: key.name.uppercased()) == key)
      }
    }
    #expect(try Key(name: "C-c") == .control("c") && Key(name: "PageUp") == .pageUp)
    #expect(try Key(name: "C-Space") == .control("@") && Key(name: "f") == .character("f"))
  }

  @Test(arguments: [
    "", "F0", "F13", "F+1", "FF", "^", "Spacer", "^I", "^m", "^[", "^1", "C-", "C-1", "M-a", "S-a",
    "C-Enter", "X-Up", "C-C-", "\u{301}", "\u{1}", "ab", "-", "S-", "^é", "C-é",
  ])
  func whatIsNoKeyIsRefused(word: String) {
    if ["^", "-"].contains(word) {
      #expect(throws: Never.self) { try Key(name: word) }
    } else {
      #expect(throws: Key.NameMistake.self) { try Key(name: word) }
    }
  }

  // MARK: - Changes

  @Test func aChangedKeyIsPressedShownAndClicked() throws {
    let keys = changed(.init(.freeze, keys: [.character("_"), .function(12)]))
    var model = model(keys)
    let bar = row(model, 39)
    #expect(bar.contains("_ Freeze") && !bar.contains("Space"))
    let items = KeyBar.items(.overview, width: 120, isStopped: false, keys: keys)
    let item = try #require(items.first { $0.label == "Freeze" })
    _ = model.handle(MouseEvent(x: item.columns.lowerBound, y: 39, kind: .press))
    #expect(model.isFrozen)
    _ = model.handle(.character("_"))
    #expect(!model.isFrozen)
    _ = model.handle(.character(" "))
    #expect(!model.isFrozen)
    _ = model.handle(.function(12))
    #expect(model.isFrozen)
    _ = model.handle(.character("?"))
    let screen = (0..<40).map { row(model, $0) }.joined(separator: "\n")
    #expect(screen.contains("_ F12") && screen.contains("freeze the picture"))
    model.keys = .standard
    let lines = HelpView.lines(.overview, keys).map { $0.map(\.text).joined() }
    #expect(lines.contains { $0.contains("_ F12") })
  }

  @Test func aChangeOfOneViewBeatsThatOfAll() {
    let keys = changed(
      .init(.freeze, in: .log, keys: [.function(11)]), .init(.freeze, keys: [.function(12)]))
    #expect(keys.keys(of: .freeze, in: .log) == [.function(11)])
    #expect(keys.keys(of: .freeze, in: .overview) == [.function(12)])
    // The order of the bar stays, and quit is its last.
    for context in InputContext.allCases where context != .attached {
      let before = KeyBar.items(context, width: 10_000, isStopped: false)
      let after = KeyBar.items(context, width: 10_000, isStopped: false, keys: keys)
      #expect(before.map(\.label) == after.map(\.label))
      #expect(after.last?.label == "Quit")
    }
  }

  @Test func charactersStayTextWhereTextIsTyped() {
    let keys = changed(.init(.quit, in: nil, keys: [.function(10), .character("_")]))
    #expect(keys.keys(of: .quit, in: .overview) == [.function(10), .character("_")])
    #expect(keys.keys(of: .quit, in: .search) == [.function(10)])
    #expect(
      objections(.init(.quit, keys: [.character("_")])) == [
        .init(change: 0, mistake: .typed(.search))
      ])
    #expect(
      objections(.init(.detach, keys: [.enter])) == [.init(change: 0, mistake: .typed(.attached))])
  }

  @Test func aWayOutIsAlwaysThere() {
    for action in [Action.quit, .close, .detach] {
      let objection = objections(.init(action, keys: [])).first
      if case .needed = objection?.mistake { continue }
      Issue.record("\(action): \(String(describing: objection))")
    }
    #expect(
      objections(.init(.quit, in: .help, keys: [])) == [
        .init(change: 0, mistake: .needed(.help))
      ])
    let without = changed(.init(.nextTheme, keys: []))
    #expect(without.keys(of: .nextTheme, in: .overview).isEmpty)
    #expect(without.binding(for: .character("t"), in: .overview) == nil)
  }

  @Test func aKeyHasOneMeaning() {
    #expect(
      objections(.init(.freeze, keys: [.function(12), .character("t")])) == [
        .init(change: 0, mistake: .taken(key: 1, by: .nextTheme, in: .overview))
      ])
    // Taken from the other one, it is free; the later of two changes is at fault.
    let swapped = changed(
      .init(.freeze, keys: [.character("t")]), .init(.nextTheme, keys: [.character(" ")]))
    #expect(swapped.binding(for: .character("t"), in: .log)?.action == .freeze)
    #expect(swapped.binding(for: .character(" "), in: .log)?.action == .nextTheme)
    #expect(
      objections(.init(.freeze, keys: [.function(12)]), .init(.nextTheme, keys: [.function(12)]))
        == [
          .init(change: 1, mistake: .taken(key: 0, by: .freeze, in: .overview))
        ])
  }

  @Test func signalsAndStrangersAreRefused() {
    #expect(
      objections(.init(.freeze, keys: [.control("z")])) == [
        .init(change: 0, mistake: .signal(key: 0))
      ])
    #expect(
      objections(.init(.sortLanes, in: .log, keys: [.character("x")])) == [
        .init(change: 0, mistake: .unbound)
      ])
  }

  @Test func theEscapeKeyIsNamedAndSent() {
    let key = Key.control("a")
    let keys = changed(
      .init(.detach, in: .attached, keys: [key]), .init(.sendEscapeKey, in: .console, keys: [key]))
    #expect(keys.escapeKey == key && KeyTable.standard.escapeKey == .control("]"))
    let help = keys.bindings(in: .attached).map(\.help).joined()
    #expect(help.contains("sends ^A to the guest") && !help.contains("^]"))
    var model = model(keys)
    _ = model.begin(start(.console))
    _ = model.handle(.enter)
    #expect(model.isAttached)
    #expect((0..<40).contains { row(model, $0).contains("^A takes them back") })
    #expect(model.handle(.control("]")) == [.perform(.serialInput([0x1d]))])
    #expect(model.handle(key) == [] && !model.isAttached)
    #expect(model.handle(key) == [.perform(.serialInput([1]))])
  }

  @Test func unchangedListsChangeNothing() {
    let changes = InputContext.allCases.flatMap { context in
      Action.allCases.compactMap { action -> KeyTable.Change? in
        let keys = KeyTable.standard.keys(of: action, in: context)
        return keys.isEmpty ? nil : KeyTable.Change(action, in: context, keys: keys)
      }
    }
    let (table, objections) = KeyTable.standard.changed(by: changes)
    #expect(table == .standard && objections.isEmpty)
  }

  // MARK: - The start

  private func start(_ view: MonitorView, filter: String = "") -> MonitorStart {
    var start = MonitorStart()
    start.view = view
    start.logFilter = filter
    return start
  }

  @Test func theScreenBeginsAsWanted() {
    var model = model(.standard)
    #expect(model.begin(start(.log, filter: "rdv lag>100")) == [])
    #expect(model.ui.view == .log && model.ui.logView.filter?.text == "rdv lag>100")
    #expect(MonitorStart.mistake(inLogFilter: "rdv lag>100") == nil)
    #expect(MonitorStart.mistake(inLogFilter: "lag>x") != nil)
    #expect(MonitorStart.mistake(inLogFilter: String(repeating: "x", count: 201)) != nil)
  }
}
