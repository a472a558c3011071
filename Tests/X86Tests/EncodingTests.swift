import Foundation
import Testing

@testable import X86

/// Every encoding against `encodings.txt`, and against a disassembler where one is installed.
struct EncodingTests {
  /// `bytes  instruction` a line.
  static let observed: [String] = {
    var assembler = Assembler(isListed: true)
    EncodingCases.emit(&assembler)
    let lines = assembler.lines
    let code = assembler.code()
    let ends = lines.dropFirst().map(\.offset) + [code.count]
    return zip(lines, ends).map { line, end in
      let bytes = code[line.offset..<end].map { String(Int($0) + 0x100, radix: 16).dropFirst() }
      return bytes.joined() + "  " + line.text
    }
  }()

  static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  @Test func everyEncodingIsTheRecordedOne() throws {
    let file = Self.folder.appending(path: "encodings.txt")
    if ProcessInfo.processInfo.environment["NETC_BLESS"] == "1" {
      try (Self.observed.joined(separator: "\n") + "\n")
        .write(to: file, atomically: true, encoding: .utf8)
    }
    let expected = try String(contentsOf: file, encoding: .utf8).split(separator: "\n")
    #expect(expected.count == Self.observed.count)
    for (ours, recorded) in zip(Self.observed, expected) { #expect(ours == recorded) }
  }

  @Test func everyRowIsCovered() throws {
    let source = Self.folder.appending(path: "../../Sources/X86/VectorInstruction+Rows.swift")
    let names = try String(contentsOf: source, encoding: .utf8)
      .matches(of: /static let (\w+)/).map { String($0.1) }
    #expect(names.count > 30)
    #expect(Set(names) == Set(EncodingCases.rows.map(\.name)))
  }

  /// The text of each line, read back from its bytes by another program.
  @Test(.enabled(if: Disassembler.isInstalled))
  func theDisassemblerAgrees() throws {
    let lines = Self.observed.map { line in line.components(separatedBy: "  ") }
    let code = lines.flatMap { line in
      stride(from: 0, to: line[0].count, by: 2).map { place in
        UInt8(line[0].dropFirst(place).prefix(2), radix: 16) ?? 0
      }
    }
    let theirs = try Disassembler.lines(code)
    #expect(theirs.count == lines.count)
    for (line, text) in zip(lines, theirs) {
      #expect(Disassembler.normal(line[1]) == text, "\(line[0])")
    }
  }
}
