public import Commands
public import Monitor
import Rendezvous
import Themes

/// What the operator keeps in `config.yaml`, or the defaults where nothing is said there. The command line
/// goes before it.
public struct Settings: Sendable, Equatable {
  /// A theme's name, or a file's path.
  public var theme = Theme.standard.name
  /// One of ``colors``.
  public var color = "auto"
  /// The characters of the screen; nil: what the locale allows.
  public var glyphs: GlyphSet?
  /// Samples and frames a second: one of ``MonitorModel/refreshRates``.
  public var refreshHertz = 10
  /// Whether the mouse is the monitor's.
  public var hasMouse = true
  /// Whether the screen only looks.
  public var isReadOnly = false
  /// Vcpus of the guest: 1 to 1024.
  public var vcpus = 4
  /// Memory of the guest, MiB, 4 to 1 Mi; nil: 16, of a kernel 256.
  public var memoryMebibytes: Int?
  /// The name of a rendezvous policy.
  public var policy = RendezvousPolicy.landed.preset
  /// What the demo guest does.
  public var scenario = Scenario.mixed
  /// What the screen shows first.
  public var start = MonitorStart()
  /// The keys.
  public var keys = KeyTable.standard

  /// The defaults.
  public init() {}

  /// The words for colours; those of `--color`.
  public static let colors = ["auto", "never", "8", "16", "256", "true"]
  /// The words for characters; those of `--glyphs`.
  public static let glyphSets = ["auto"] + GlyphSet.allCases.map(\.rawValue)
  /// What ``vcpus`` may be.
  static let vcpuRange = 1...1024
  /// What ``memoryMebibytes`` may be.
  static let memoryRange = 4...(1 << 20)
}
