import Documents
import Testing

@testable import Settings

@Suite struct ReadmeTests {
  @Test func theExampleIsAccepted() throws {
    let folder = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
    let bytes = try DocumentFile.read("/\(folder)/README.md").get()
    let readme = String(decoding: bytes, as: UTF8.self)
    let start = try #require(readme.firstRange(of: "```yaml\n")?.upperBound)
    let end = try #require(readme[start...].firstRange(of: "```")?.lowerBound)
    let example = try settings(String(readme[start..<end]))
    #expect(example.theme == "nightsafe" && example.keys != Settings().keys)
    for name in SettingName.allCases { #expect(readme.contains("`\(name.rawValue)`"), "\(name)") }
  }
}
