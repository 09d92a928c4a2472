import Glibc
import Testing

/// A terminal that a test owns: what the program sends is read from `master`.
final class PseudoTerminal {
  let master: Int32
  let slave: Int32

  init(columns: UInt16 = 80, rows: UInt16 = 24) throws {
    var master: Int32 = -1
    var slave: Int32 = -1
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    try #require(openpty(&master, &slave, nil, nil, &size) == 0)
    self.master = master
    self.slave = slave
    #expect(fcntl(master, F_SETFL, O_NONBLOCK) == 0)
    #expect(fcntl(master, F_SETFD, FD_CLOEXEC) == 0)
  }

  deinit {
    close(master)
    close(slave)
  }

  var slavePath: String { String(cString: ttyname(slave)) }

  /// All that has been sent and not read yet.
  func received() -> [UInt8] {
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(master, &block, block.count)
      guard count > 0 else { return bytes }
      bytes += block.prefix(count)
    }
  }

  func text() -> String { String(decoding: received(), as: UTF8.self) }

  func type(_ text: String) {
    let bytes = Array(text.utf8)
    #expect(write(master, bytes, bytes.count) == bytes.count)
  }

  func resize(columns: UInt16, rows: UInt16) {
    var size = winsize(ws_row: rows, ws_col: columns, ws_xpixel: 0, ws_ypixel: 0)
    #expect(ioctl(master, UInt(TIOCSWINSZ), &size) == 0)
  }

  /// The line discipline's settings, as bytes.
  func modes() -> [UInt8] {
    var modes = termios()
    #expect(tcgetattr(slave, &modes) == 0)
    return [
      modes.c_iflag, modes.c_oflag, modes.c_cflag, modes.c_lflag,
    ].flatMap { flag in (0..<4).map { UInt8(truncatingIfNeeded: flag >> ($0 * 8)) } }
      + withUnsafeBytes(of: modes.c_cc) { Array($0) }
  }
}
