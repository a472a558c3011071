import Foundation
import IR
import NetC
import Source
import TestSupport
import Testing

/// No text stops the program: what cannot be compiled is said, with a place.
struct FuzzTests {
  /// In debug builds a smoke run; `NETC_FUZZ=100000` sets the number of texts.
  static let count = Int(ProcessInfo.processInfo.environment["NETC_FUZZ"] ?? "") ?? 2_000
  static let seed = UInt64(ProcessInfo.processInfo.environment["NETC_FUZZ_SEED"] ?? "") ?? 1

  /// Where each text is written before it is compiled: what is there after a crash made it.
  static let log = ProcessInfo.processInfo.environment["NETC_FUZZ_LOG"]

  @Test(.timeLimit(.minutes(10)))
  func mutatedSpecsAreCompiledOrRefused() throws {
    let texts = try Specs.all.map { name in
      String(decoding: try Data(contentsOf: URL(filePath: "\(Specs.root)/\(name)")), as: UTF8.self)
    }.filter { $0.utf8.count < 4_000 && !$0.contains("repeat 10000") }
    let mutations = texts.map(Mutation.init)
    let words = Array(Set(mutations.flatMap(\.words))).sorted()
    var generator = RandomNumbers(seed: Self.seed)
    var refused = 0
    for number in 0..<Self.count {
      let mutation = mutations[Int.random(in: 0..<mutations.count, using: &generator)]
      let text = mutation.text(words: words, &generator)
      if let log = Self.log { try Data(text.utf8).write(to: URL(filePath: log)) }
      let compilation = Compilation(path: "mutated.net", bytes: Array(text.utf8)) { _ in nil }
      let findings = compilation.provenDiagnostics
      guard findings.hasErrors else {
        compilation.tryLints()
        continue
      }
      refused += 1
      for finding in findings.all where finding.severity == .error {
        #expect(finding.span != nil, "text \(number): \(finding.message)\n\(text)")
        #expect(!finding.message.isEmpty)
      }
      #expect(!compilation.rendered(findings).isEmpty)
    }
    // Slips that are never noticed, or always, test nothing.
    #expect(refused > Self.count / 4 && refused < Self.count)
  }
}

extension Compilation {
  /// Runs the lints at the file's sizes and at odd ones: nothing may stop them.
  fileprivate func tryLints() {
    guard let checked, let elaboration else { return }
    for size in [nil, (1, 1), (7, 300), (1 << 40, 3)] as [(Int, Int)?] {
      let sizes = size.map { Sizes(height: $0.0, width: $0.1) }
      let report = LintReport(checked, elaboration, program, at: sizes)
      #expect(report.findings.isEmpty || !rendered(report.findings).isEmpty)
    }
  }
}
