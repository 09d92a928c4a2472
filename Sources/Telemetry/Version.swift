/// The version in `--version`, JSON and the header.
public enum Version {
  /// Semantic version of this tree.
  public static let current = "0.1.0"
}
