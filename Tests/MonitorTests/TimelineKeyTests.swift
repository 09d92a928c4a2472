import Rendezvous
import Telemetry
import Testing

@testable import Monitor

@Suite struct TimelineKeyTests {
  static func shown(_ model: MonitorModel) -> UInt64? { model.timelinePicture?.anatomy.record.id }
  static func lane(_ model: MonitorModel) -> Int? { model.timelinePicture?.part?.lane.vcpu }

  static func press(_ keys: String, _ model: inout MonitorModel) {
    for scalar in keys.unicodeScalars { _ = model.handle(.character(scalar)) }
  }

  /// Every key of the table, once from the list and once from the lanes.
  @Test func everyKeyDoesWhatItsHelpSays() {
    for binding in KeyBinding.timeline {
      #expect(binding.contexts == [.timeline] && binding.help.count <= 60, "\(binding.help)")
      for key in binding.keys {
        for focus in [TimelineState.Part.list, .lanes] {
          var model = Fixture.timeline(vcpus: 16)
          // From the middle of both, so that every direction is free.
          model.ui.timeline.selected = 51
          model.ui.timeline.lane = 3
          model.ui.timeline.focus = focus
          model.ui.timeline.zoom(by: 2, about: 0.5)
          let before = model
          let effects = model.handle(key)
          Self.check(binding.action, focus, before, model, effects, "\(key) in \(focus)")
        }
      }
    }
  }

  static func check(
    _ action: Action, _ focus: TimelineState.Part, _ before: MonitorModel, _ after: MonitorModel,
    _ effects: [MonitorEffect], _ comment: Comment
  ) {
    let (old, new) = (before.ui.timeline, after.ui.timeline)
    var expected: [MonitorEffect] = []
    let isList = focus == .list
    switch action {
    case .previousRendezvous: #expect(shown(after) == 18_750, comment)
    case .nextRendezvous: #expect(shown(after) == 18_752, comment)
    case .switchTimelinePart: #expect(new.focus != focus, comment)
    case .zoomInTime: #expect(new.shown == old.shown / 2, comment)
    case .zoomOutTime: #expect(new.shown == old.shown * 2, comment)
    case .panEarlier: #expect(new.left == old.left - old.shown / 4, comment)
    case .panLater: #expect(new.left == old.left + old.shown / 4, comment)
    case .switchTimeScale: #expect(new.isLogarithmic, comment)
    case .sortLanes:
      // There are more lanes than rows, so they were by lag.
      #expect(before.timelinePicture?.rows.sort == .lag, comment)
      #expect(after.timelinePicture?.rows.sort == .number, comment)
    case .onlyLateLanes:
      #expect(new.isOnlyLate && after.timelinePicture?.rows.isFolded == false, comment)
    case .openLane where isList:
      #expect(after.ui.context == .page && after.ui.view == .timeline, comment)
    case .openLane:
      #expect(after.ui.view == .vcpu && after.selectedVCPU == lane(before), comment)
      expected = [.watch(vcpu: lane(before))]
    case .up, .down, .pageUp, .pageDown, .home, .end:
      let wanted = position(before, focus, action)
      let place = isList ? after.timelinePicture?.number : after.timelinePicture?.selected
      #expect(place == wanted, comment)
      if isList { #expect((new.selected == nil) == (action == .end), comment) }
    default: Issue.record("no test of \(action)")
    }
    #expect(effects == expected, comment)
  }

  /// Where a moving key leads.
  static func position(_ model: MonitorModel, _ focus: TimelineState.Part, _ action: Action) -> Int?
  {
    guard let picture = model.timelinePicture, let selected = picture.selected else { return nil }
    let isList = focus == .list
    let now = isList ? picture.number : selected
    let last = isList ? 100 : picture.rows.vcpus.count - 1
    let page = isList ? picture.layout.list.height - 1 : picture.visible.count
    let next =
      switch action {
      case .up: now - 1
      case .down: now + 1
      case .pageUp: now - page
      case .pageDown: now + page
      case .home: 0
      default: last
      }
    return max(0, min(last, next))
  }

  @Test func itFollowsTheNewestUntilOneIsSelected() {
    var model = Fixture.timeline(vcpus: 8)
    #expect(Self.shown(model) == 18_800)
    func absorb(_ id: UInt64) {
      model.absorbNews(Fixture.news([Fixture.meeting(id, vcpus: 8)], vcpus: 8, step: id - 18_700))
    }
    absorb(18_801)
    #expect(Self.shown(model) == 18_801)
    Self.press("[", &model)
    absorb(18_802)
    #expect(Self.shown(model) == 18_800)
    Self.press("G", &model)
    #expect(Self.shown(model) == 18_802)
    absorb(18_803)
    #expect(Self.shown(model) == 18_803)
    // The last one kept is what a selection falls back to that is gone.
    Self.press("g", &model)
    for id in 18_804..<20_000 as Range<UInt64> { absorb(id) }
    #expect(Self.shown(model) == 19_000)
  }

  @Test func aFrozenPictureStaysAndCanBeLookedThrough() {
    var model = Fixture.timeline(vcpus: 8)
    _ = model.handle(.character(" "))
    let before = model.frame(glyphs: .unicode)
    model.absorb(Fixture.news([Fixture.meeting(18_900, vcpus: 8)], vcpus: 8, step: 200))
    #expect(model.frame(glyphs: .unicode) == before)
    Self.press("[[", &model)
    #expect(Self.shown(model) == 18_798)
    _ = model.handle(.character(" "))
    #expect(Self.shown(model) == 18_798)
    _ = model.handle(.end)
    #expect(Self.shown(model) == 18_900)
  }

  /// The last to come is selected; what the operator selected stays selected in the next rendezvous.
  @Test func theLaneOfTheLastOneIsSelectedFirst() {
    var model = Fixture.timeline(vcpus: 8)
    #expect(Self.lane(model) == 5)
    Self.press("lk", &model)
    #expect(Self.lane(model) == 4)
    Self.press("[[[", &model)
    #expect(Self.shown(model) == 18_797 && Self.lane(model) == 4)
    // INIT to 7 alone: 4 had no part in it.
    Self.press("[[", &model)
    #expect(Self.shown(model) == 18_795 && Self.lane(model) == 7)
  }

  @Test func otherViewsCanShowOne() {
    var model = Fixture.timeline(vcpus: 8)
    model.show(.log)
    let isThere = model.showRendezvous(18_750)
    #expect(isThere)
    #expect(model.ui.view == .timeline && Self.shown(model) == 18_750)
    let isGone = !model.showRendezvous(7)
    #expect(isGone)
    #expect(Self.shown(model) == 18_750 && model.ui.notice == "rendezvous #7 is no longer kept")
  }

  @Test func enterOnALaneWhoseVCPUIsGone() {
    var model = Fixture.timeline(vcpus: 8)
    Self.press("l", &model)
    model.absorb(Fixture.snapshot(vcpus: 2, step: 300))
    #expect(model.handle(.enter).isEmpty)
    #expect(model.ui.view == .timeline && model.ui.notice == "vcpu5 is not there")
  }

  @Test func mouse() throws {
    var model = Fixture.timeline(vcpus: 8, width: 120, height: 40)
    let picture = try #require(model.timelinePicture)
    let listed = picture.listed(model.shown.rendezvous.numbers)
    // The second row of the list.
    _ = model.handle(MouseEvent(x: 4, y: picture.layout.list.y + 2, kind: .press))
    #expect(model.ui.timeline.selected == listed.lowerBound + 1)
    // The third bar from the right of the strip; the last one follows.
    let strip = picture.layout.strip
    _ = model.handle(MouseEvent(x: strip.x + strip.width - 1, y: strip.y + 2, kind: .press))
    #expect(model.ui.timeline.selected == nil)
    _ = model.handle(MouseEvent(x: strip.x + strip.width - 3, y: strip.y + 2, kind: .press))
    #expect(Self.shown(model) == 18_798)
    _ = model.handle(.end)
    // A lane, and the wheel over the lanes and over the list.
    _ = model.handle(
      MouseEvent(x: 30, y: picture.lanesLayout.rows.lowerBound + 2, kind: .press))
    #expect(model.ui.timeline.focus == .lanes && Self.lane(model) == 2)
    _ = model.handle(MouseEvent(x: 30, y: picture.lanesLayout.rows.lowerBound, kind: .wheelDown))
    #expect(Self.lane(model) == 5)
    _ = model.handle(MouseEvent(x: 4, y: picture.layout.list.y + 2, kind: .wheelUp))
    #expect(Self.shown(model) == 18_797)
  }
}
