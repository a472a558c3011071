import Foundation

/// `objdump`, where it is installed.
enum Disassembler {
  static let program = "/usr/bin/objdump"
  static let isInstalled = FileManager.default.isExecutableFile(atPath: program)

  /// The instructions in the code, each in normal form.
  static func lines(_ code: [UInt8]) throws -> [String] {
    let file = FileManager.default.temporaryDirectory.appending(path: "netc-\(UUID().uuidString)")
    try Data(code).write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: program)
    process.arguments = [
      "-D", "-b", "binary", "-m", "i386:x86-64", "-M", "intel", "--no-show-raw-insn", file.path,
    ]
    let pipe = Pipe()
    process.standardOutput = pipe
    try process.run()
    let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    return output.split(separator: "\n").compactMap { line in
      line.firstMatch(of: /^\s+[0-9a-f]+:\s+(.*)$/).map { normal(String($0.1)) }
    }
  }

  /// Without the sizes of memory operands, blanks after commas and the names that predicates of
  /// comparisons have.
  static func normal(_ text: String) -> String {
    var text = text.replacing(/\s+/, with: " ").replacing(", ", with: ",")
    text = text.replacing(/[XYZDQ]?(MM)?(WORD|BYTE) PTR\s/, with: "")
    text = text.replacing(/([DQ]WORD BCST\s)(\[[^\]]*\])/) { String($0.2) + "*" }
    text = text.replacing("+0x0]", with: "]")
    text = text.replacing(/\{1to\d+\}/, with: "*")
    text = text.replacing(/^vcmpltps (.*)$/) { "vcmpps \($0.1),0x1" }
    return text.trimmingCharacters(in: .whitespaces)
  }
}
