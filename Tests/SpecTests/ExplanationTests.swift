import Source
import Testing

/// What `netc explain` prints for each code.
struct ExplanationTests {
  private static let families: [[DiagnosticCode]] = [
    DiagnosticCode.lexical, DiagnosticCode.syntax, DiagnosticCode.names, DiagnosticCode.shapes,
    DiagnosticCode.windows, DiagnosticCode.strides, DiagnosticCode.weights, DiagnosticCode.plans,
    DiagnosticCode.runs, DiagnosticCode.lints,
  ]

  private static let ofTheLanguage = (families[1...6] + [DiagnosticCode.lints]).flatMap { $0 }

  @Test
  func idsAreUnique() {
    let ids = DiagnosticCode.all.map(\.id)
    #expect(Set(ids).count == ids.count)
    #expect(ids.count == Self.families.joined().count)
  }

  @Test(arguments: families.indices)
  func aFamilyIsSorted(number: Int) {
    let ids = Self.families[number].map(\.id)
    #expect(ids == ids.sorted())
    let family = Self.families[number] == DiagnosticCode.lints ? "L05" : "N0\(number)"
    #expect(ids.allSatisfy { $0.hasPrefix(family) && $0.count == 5 })
  }

  @Test(arguments: DiagnosticCode.all)
  func aCodeIsExplained(code: DiagnosticCode) {
    let lines = code.explanation.split(separator: "\n")
    #expect(!code.title.isEmpty)
    #expect(lines.count >= 3)
    #expect(lines.allSatisfy { $0.count <= 100 && $0.last != " " })
  }

  /// A snippet is the text behind `Wrong:` or `Right:`; its further lines are indented as far.
  @Test(arguments: ofTheLanguage, ["Wrong: ", "Right: "])
  func aCodeOfTheLanguageHasSnippets(code: DiagnosticCode, kind: String) {
    let starts = code.explanation.split(separator: "\n").filter { $0.hasPrefix(kind) }
    #expect(!starts.isEmpty)
    #expect(starts.allSatisfy { $0.dropFirst(kind.count).first?.isWhitespace == false })
  }
}
