import Telemetry

extension MonitorModel {
  /// What the timeline shows, or nil where no rendezvous is kept.
  var timelinePicture: TimelinePicture? { TimelinePicture(self, layout.body) }

  /// Does `action` where it is the timeline's; nil where it is everybody's.
  mutating func performTimeline(_ action: Action) -> [MonitorEffect]? {
    let page = pageOfTimeline
    switch action {
    case .previousRendezvous: stepRendezvous(-1)
    case .nextRendezvous: stepRendezvous(1)
    case .switchTimelinePart: ui.timeline.focus = ui.timeline.focus == .list ? .lanes : .list
    case .zoomInTime: zoomTimeline(1)
    case .zoomOutTime: zoomTimeline(-1)
    case .panEarlier: panTimeline(-1)
    case .panLater: panTimeline(1)
    case .switchTimeScale: ui.timeline.isLogarithmic.toggle()
    case .sortLanes:
      let now = timelinePicture?.rows.sort ?? ui.timeline.sort ?? .number
      ui.timeline.sort = now == .number ? .lag : .number
    case .onlyLateLanes: ui.timeline.isOnlyLate.toggle()
    case .openLane: openLane()
    case .up: moveInTimeline(-1)
    case .down: moveInTimeline(1)
    case .pageUp: moveInTimeline(-page)
    case .pageDown: moveInTimeline(page)
    case .home: moveInTimeline(-1_000_000)
    case .end: moveInTimeline(1_000_000)
    default: return nil
    }
    return []
  }

  /// A click selects, in the list, the strip or the lanes; the wheel moves over what is under it.
  mutating func clickTimeline(_ mouse: MouseEvent, _ body: Rect) -> [MonitorEffect] {
    guard let picture = TimelinePicture(self, body) else { return [] }
    let part: TimelineState.Part =
      picture.layout.lanes.contains(mouse.x, mouse.y)
        || picture.layout.boxes.contains(mouse.x, mouse.y) ? .lanes : .list
    guard mouse.kind == .press else {
      moveInTimeline(mouse.kind == .wheelUp ? -3 : 3, part)
      return []
    }
    ui.timeline.focus = part
    let numbers = shown.rendezvous.numbers
    if picture.layout.list.contains(mouse.x, mouse.y) {
      let listed = picture.listed(numbers)
      let row = mouse.y - picture.layout.list.y - 1
      if row >= 0 && row < listed.count { selectRendezvous(listed.lowerBound + row) }
    } else if picture.layout.strip.contains(mouse.x, mouse.y) {
      let strip = DurationStrip(picture.layout.strip, numbers, selected: picture.number)
      if let number = strip.number(at: mouse.x) { selectRendezvous(number) }
    } else if picture.lanesLayout.rows.contains(mouse.y) {
      let place = picture.visible.lowerBound + mouse.y - picture.lanesLayout.rows.lowerBound
      if picture.visible.contains(place) { ui.timeline.lane = picture.rows.vcpus[place] }
    }
    return []
  }

  /// Shows rendezvous `id` in the timeline; false where it is no longer kept. For what names one elsewhere.
  mutating func showRendezvous(_ id: UInt64) -> Bool {
    guard let number = shown.rendezvous.number(of: id) else {
      ui.notice = "rendezvous #\(id) is no longer kept"
      return false
    }
    selectRendezvous(number)
    show(.timeline)
    return true
  }

  /// Selects the rendezvous with that absolute number; the newest is followed.
  private mutating func selectRendezvous(_ number: Int) {
    ui.timeline.selected = number
    ui.timeline.select(0, of: shown.rendezvous.numbers)
  }

  /// One further; says so where there is none.
  private mutating func stepRendezvous(_ step: Int) {
    let numbers = shown.rendezvous.numbers
    let before = ui.timeline.number(of: numbers)
    ui.timeline.select(step, of: numbers)
    guard before == ui.timeline.number(of: numbers), !numbers.isEmpty else { return }
    ui.notice =
      step < 0 ? "no older rendezvous is kept" : "this is the newest rendezvous; it is followed"
  }

  private mutating func moveInTimeline(_ step: Int, _ part: TimelineState.Part? = nil) {
    switch part ?? ui.timeline.focus {
    case .list: ui.timeline.select(step, of: shown.rendezvous.numbers)
    case .lanes:
      guard let picture = timelinePicture, let selected = picture.selected else { return }
      let vcpus = picture.rows.vcpus
      ui.timeline.lane = vcpus[max(0, min(selected + step, vcpus.count - 1))]
    }
  }

  private var pageOfTimeline: Int {
    guard let picture = timelinePicture else { return 1 }
    switch ui.timeline.focus {
    case .list: return max(1, picture.layout.list.height - 1)
    case .lanes: return max(1, picture.visible.count)
    }
  }

  private var wholeTimeline: String {
    "all of it is shown; \(keyWord(.zoomInTime, in: .timeline, usual: .character("z"))) zooms in"
  }

  private mutating func zoomTimeline(_ step: Int) {
    if step < 0 && ui.timeline.zoom == 0 { ui.notice = wholeTimeline }
    let picture = timelinePicture
    let arrival = picture?.part?.lag.flatMap { lag in picture?.axis.share(lag) }
    let middle = ui.timeline.left + ui.timeline.shown / 2
    ui.timeline.zoom(by: step, about: arrival ?? middle)
  }

  private mutating func panTimeline(_ step: Int) {
    if ui.timeline.zoom == 0 { ui.notice = wholeTimeline }
    ui.timeline.pan(step)
  }

  /// Explains the rendezvous of the list; from a lane to its vcpu.
  private mutating func openLane() {
    if ui.timeline.focus == .list {
      _ = explain(number: ui.timeline.number(of: shown.rendezvous.numbers))
      return
    }
    guard let vcpu = timelinePicture?.part?.lane.vcpu else { return }
    guard let place = shown.snapshot.vcpus.firstIndex(where: { $0.id == vcpu }) else {
      ui.notice = "vcpu\(vcpu) is not there"
      return
    }
    ui.vcpu = place
    show(.vcpu)
  }
}
