import Testing

@testable import Monitor

@Suite struct ActionNameTests {
  @Test func wordsWithHyphens() {
    #expect(Action.zoomInTime.name == "zoom-in-time")
    #expect(Action.showIPI.name == "show-ipi")
    #expect(Action.selfIPIs.name == "self-ipis")
    #expect(Action.quit.name == "quit")
  }

  @Test func everyActionIsFoundByItsName() {
    #expect(Set(Action.allCases.map(\.name)).count == Action.allCases.count)
    for action in Action.allCases {
      #expect(Action(name: action.name) == action)
      #expect(Action(name: action.name.uppercased()) == action)
      #expect(action.name.unicodeScalars.allSatisfy { ("a"..."z").contains($0) || $0 == "-" })
    }
    #expect(Action(name: "") == nil && Action(name: "zoomInTime") == nil)
  }
}
