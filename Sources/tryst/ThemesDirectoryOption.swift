import ArgumentParser
import Glibc
import Themes

/// `--themes-dir`, wherever themes are looked for.
struct ThemesDirectoryOption: ParsableArguments {
  @Option(
    name: .customLong("themes-dir"), help: "A folder whose themes come before all others.",
    completion: .directory)
  var directory: String?

  /// Where themes are found. A folder that was named must be there.
  func catalog() throws(Failure) -> ThemeCatalog {
    if let directory {
      // The path is a C string during the call.
      let stream = unsafe opendir(directory)
      guard let stream = unsafe stream else {
        throw Failure(
          ExitStatus.inputMissing,
          "--themes-dir \(directory): \(StandardStreams.words(errno)); name a folder")
      }
      // Opened only to see whether it can be.
      _ = unsafe closedir(stream)
    }
    return .standard(after: directory)
  }
}
