import Foundation
import Ops
import Source
import Testing

/// What is in the compiler has a spec; what is a spec is of something in the compiler.
@Suite struct SpecCoverageTests {
  @Test func everyOpHasASpecOfItsName() {
    let specs = Set(Specs.names(in: "ops"))
    #expect(Set(Registry.names).subtracting(specs).sorted() == [])
  }

  /// Codes of texts have a spec in `errors`; codes of files, disks and runs cannot, and stand in a
  /// test of the commands instead.
  @Test func everyCodeHasASpecOrACommandTest() throws {
    let specs = Set(
      (Specs.names(in: "errors") + Specs.names(in: "lints")).map { String($0.prefix { $0 != "-" }) }
    )
    let tests = try ["CommandTests", "NetCTests"].map { folder in
      let path = "\(Specs.root)/../\(folder)"
      return try FileManager.default.contentsOfDirectory(atPath: path)
        .filter { $0.hasSuffix(".swift") }
        .map { try String(contentsOfFile: "\(path)/\($0)", encoding: .utf8) }.joined()
    }.joined()
    // N0001 is about a file of more than 4 MiB.
    let isOfFiles = { (id: String) in id == "N0001" || id >= "N0603" && id != "N0609" }
    for code in DiagnosticCode.all where !specs.contains(code.id) {
      #expect(isOfFiles(code.id), "\(code) needs a spec in Tests/Specs/errors")
      let isTested = tests.contains(code.id)
      #expect(isTested, "\(code) needs a test of a command")
    }
    let known = Set(DiagnosticCode.all.map(\.id))
    #expect(specs.subtracting(known).sorted() == [])
  }

  /// A lint has a spec in which it fires and one, `quiet`, in which it must not.
  @Test(arguments: DiagnosticCode.lints)
  func everyLintHasTwoSpecs(code: DiagnosticCode) {
    let specs = Specs.names(in: "lints").filter { $0.hasPrefix(code.id) }
    #expect(specs.contains { $0.hasPrefix("\(code.id)-quiet") })
    #expect(specs.contains { !$0.hasPrefix("\(code.id)-quiet") })
  }
}
