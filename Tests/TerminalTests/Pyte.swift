import Glibc
import Testing

/// A terminal emulator that is not ours: Debian's python3-pyte. It has no alternate screen and lacks some
/// of what ncurses sends (REP, CBT, SU, SD); the script adds that, and that what is erased or scrolled in
/// has the background of the moment where the terminal's type says so (terminfo's `bce`), and only there.
enum Pyte {
  /// The interpreter that has it: the distribution's before others.
  static let python: String? = {
    for python in ["/usr/bin/python3", "/usr/local/bin/python3"]
    where (try? run(python, "import pyte", input: "/dev/null", output: "/dev/null")) == 0 {
      return python
    }
    let complaint = Array("SKIPPED: no python3-pyte\n".utf8)
    _ = Glibc.write(STDERR_FILENO, complaint, complaint.count)
    return nil
  }()

  /// What happens to the terminal.
  enum Step {
    case size(columns: Int, rows: Int)
    /// Bytes, after which the picture is taken.
    case bytes([UInt8])
  }

  /// A picture: for every row its text without trailing blanks, and how its cells look.
  struct Picture: Equatable {
    var text: [String] = []
    var looks: [String] = []
  }

  /// The picture after each ``Step/bytes(_:)``.
  static func pictures(_ steps: [Step], erasesInColor: Bool) throws -> [Picture] {
    let python = try #require(Pyte.python)
    var name = Array("/tmp/tryst-pyte-XXXXXX".utf8CString)
    try #require(mkdtemp(&name) != nil)
    let folder = String(decoding: name.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    let (input, output) = (folder + "/in", folder + "/out")
    defer {
      unlink(input)
      unlink(output)
      rmdir(folder)
    }
    try write("bce \(erasesInColor ? 1 : 0)\n" + steps.map(line).joined(), to: input)
    try #require(try run(python, script, input: input, output: output) == 0)
    var pictures: [Picture] = []
    for line in try read(output).split(separator: "\n", omittingEmptySubsequences: false) {
      switch line.first {
      case "P": pictures.append(Picture())
      case "T": pictures[pictures.count - 1].text.append(String(line.dropFirst()))
      case "L": pictures[pictures.count - 1].looks.append(String(line.dropFirst()))
      default: break
      }
    }
    return pictures
  }

  private static func line(_ step: Step) -> String {
    switch step {
    case .size(let columns, let rows): return "size \(columns) \(rows)\n"
    case .bytes(let bytes):
      let digits = Array("0123456789abcdef".utf8)
      let hex = bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
      return "feed " + String(decoding: hex, as: UTF8.self) + "\n"
    }
  }

  private static func run(
    _ program: String, _ script: String, input: String, output: String
  ) throws -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
    posix_spawn_file_actions_addopen(&actions, 1, output, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    if output == "/dev/null" { posix_spawn_file_actions_addopen(&actions, 2, output, O_WRONLY, 0) }
    let words: [String] = [program, "-X", "utf8", "-c", script]
    var arguments = words.map { (word: String) -> UnsafeMutablePointer<CChar>? in strdup(word) }
    arguments.append(nil)
    defer { for word in arguments { free(word) } }
    var child: pid_t = 0
    guard posix_spawn(&child, program, &actions, nil, arguments, environ) == 0 else { return -1 }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 { try #require(errno == EINTR) }
    return status
  }

  private static func write(_ text: String, to path: String) throws {
    let file = try #require(fopen(path, "w"))
    defer { fclose(file) }
    let bytes = Array(text.utf8)
    try #require(fwrite(bytes, 1, bytes.count, file) == bytes.count)
  }

  private static func read(_ path: String) throws -> String {
    let file = try #require(fopen(path, "r"))
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var block = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = fread(&block, 1, block.count, file)
      if count == 0 { return String(decoding: bytes, as: UTF8.self) }
      bytes += block.prefix(count)
    }
  }

  /// Colours are the numbers of xterm's palette, -1 the terminal's own. pyte has no dim: it is carried as
  /// struck-out, which tryst never sends.
  private static let script = """
    import sys, pyte
    pyte.graphics.FG_BG_256 = list(range(256))

    class Screen(pyte.Screen):
        last, bce = " ", False
        def blank(self):
            return self.default_char._replace(bg=self.cursor.attrs.bg) if self.bce else self.default_char
        def fill(self, y, columns):
            for x in columns: self.buffer[y][x] = self.blank()
        def scroll(self, count, line, step):
            place = self.cursor.y
            self.cursor.y = line
            for _ in range(count or 1): step()
            self.cursor.y = place
        def region(self):
            return self.margins or (0, self.lines - 1)
        def draw(self, data):
            self.last = data[-1]
            super().draw(data)
        def repeat(self, count=None):
            super().draw(self.last * (count or 1))
        def back_tab(self, count=None):
            for _ in range(count or 1):
                stops = [stop for stop in self.tabstops if stop < self.cursor.x]
                self.cursor.x = max(stops, default=0)
        def index(self):
            scrolls = self.cursor.y == self.region()[1]
            super().index()
            if scrolls: self.fill(self.cursor.y, range(self.columns))
        def reverse_index(self):
            scrolls = self.cursor.y == self.region()[0]
            super().reverse_index()
            if scrolls: self.fill(self.cursor.y, range(self.columns))
        def scroll_up(self, count=None):
            self.scroll(count, self.region()[1], self.index)
        def scroll_down(self, count=None):
            self.scroll(count, self.region()[0], self.reverse_index)
        def erased(self, erase, *arguments, **options):
            attributes = self.cursor.attrs
            self.cursor.attrs = self.blank()
            erase(*arguments, **options)
            self.cursor.attrs = attributes
        def erase_characters(self, *arguments, **options):
            self.erased(super().erase_characters, *arguments, **options)
        def erase_in_line(self, *arguments, **options):
            self.erased(super().erase_in_line, *arguments, **options)
        def erase_in_display(self, *arguments, **options):
            self.erased(super().erase_in_display, *arguments, **options)
        def delete_characters(self, count=None):
            super().delete_characters(count)
            self.fill(self.cursor.y, range(max(self.cursor.x, self.columns - (count or 1)), self.columns))
        def insert_characters(self, count=None):
            super().insert_characters(count)
            end = min(self.columns, self.cursor.x + (count or 1))
            self.fill(self.cursor.y, range(self.cursor.x, end))
        def select_graphic_rendition(self, *codes):
            out, codes = [], list(codes)
            while codes:
                code = codes.pop(0)
                if code in (38, 48):
                    out += [code] + codes[:2]
                    codes = codes[2:]
                elif code == 2: out.append(9)
                elif code == 22: out += [22, 29]
                elif 30 <= code <= 37: out += [38, 5, code - 30]
                elif 40 <= code <= 47: out += [48, 5, code - 40]
                elif 90 <= code <= 97: out += [38, 5, code - 82]
                elif 100 <= code <= 107: out += [48, 5, code - 92]
                else: out.append(code)
            super().select_graphic_rendition(*out)

    class Stream(pyte.ByteStream):
        more = dict(b="repeat", Z="back_tab", S="scroll_up", T="scroll_down")
        csi = dict(pyte.ByteStream.csi, **more)
        events = pyte.ByteStream.events | set(more.values())

    def look(cell):
        number = lambda color: -1 if color == "default" else color
        front, back = number(cell.fg), number(cell.bg)
        if cell.data == " ":
            return "%s%s" % (front if cell.reverse else back, "r" if cell.reverse else "")
        marks = "".join(letter for letter, on in zip("bdiur", (
            cell.bold, cell.strikethrough, cell.italics, cell.underscore, cell.reverse)) if on)
        return "%s/%s%s" % (front, back, marks)

    screen = stream = None
    for line in sys.stdin:
        words = line.split()
        if words[0] == "bce":
            Screen.bce = words[1] == "1"
            continue
        if words[0] == "size":
            if screen is None:
                screen = Screen(int(words[1]), int(words[2]))
                stream = Stream(screen)
            else:
                screen.resize(int(words[2]), int(words[1]))
            continue
        stream.feed(bytes.fromhex(words[1] if len(words) > 1 else ""))
        print("P")
        for y in range(screen.lines):
            row = [screen.buffer[y][x] for x in range(screen.columns)]
            print("T" + "".join(cell.data for cell in row).rstrip(" "))
            print("L" + " ".join(look(cell) for cell in row if cell.data))
    """
}
