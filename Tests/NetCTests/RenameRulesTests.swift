import Source
import Testing

@testable import Frontend
@testable import NetC

struct RenameRulesTests {
  private func rule(
    _ target: String?, _ source: String, _ layout: RenameRule.Layout? = nil
  ) -> RenameRule {
    RenameRule(
      target: target, source: source, layout: layout,
      span: Span(source: SourceID(index: 0), lower: 0, upper: 0))
  }

  private func name(_ outcome: RenameRules.Outcome) -> String? {
    if case .tensor(let name, _, _) = outcome { name } else { nil }
  }

  @Test(
    arguments: [
      ("*", "a.b", ["a.b"]), ("*", "", [""]), ("a.*", "a.", [""]), ("a.*", "a", nil),
      ("a.b", "a.b", []), ("a.b", "a.bc", nil), ("*.mean", "x.y.mean", ["x.y"]),
      ("m.*.conv.*", "m.1.conv.weight", ["1", "weight"]),
      ("*.conv.*", "a.conv.b.conv.c", ["a", "b.conv.c"]), ("ab*ba", "aba", nil),
      ("ab*ba", "abba", [""]), ("*a*a*", "aa", ["", "", ""]), ("**", "ab", ["", "ab"]),
      ("", "", []), ("", "a", nil), ("é*", "é1", ["1"]),
    ] as [(String, String, [String]?)])
  func globs(_ pattern: String, _ name: String, _ captures: [String]?) {
    #expect(Glob(pattern).captures(in: name) == captures)
    if let captures { #expect(Glob(pattern).filled(with: captures) == name) }
  }

  @Test func theFirstRuleThatMatchesDecides() {
    let rules = RenameRules([
      rule("backbone.*", "module.backbone.*"), rule(nil, "module.aux.*"),
      rule("head.*", "module.*"), rule("*.running_mean", "*.moving_mean"),
    ])
    #expect(name(rules.outcome(of: "module.backbone.conv1.weight")) == "backbone.conv1.weight")
    #expect(rules.outcome(of: "module.aux.0.weight") == .ignored(rule: 1))
    #expect(name(rules.outcome(of: "module.0.weight")) == "head.0.weight")
    #expect(name(rules.outcome(of: "bn.moving_mean")) == "bn.running_mean")
    #expect(name(rules.outcome(of: "other.weight")) == "other.weight")
  }

  @Test func batchCountersAreIgnored() {
    let rules = RenameRules([rule("kept", "a.num_batches_tracked")])
    #expect(rules.outcome(of: "bn1.num_batches_tracked") == .ignored(rule: nil))
    #expect(rules.outcome(of: "num_batches_tracked") == .ignored(rule: nil))
    #expect(name(rules.outcome(of: "a.num_batches_tracked")) == "kept")
    #expect(name(rules.outcome(of: "bn1.my_num_batches_tracked")) == "bn1.my_num_batches_tracked")
  }

  @Test func layouts() {
    let hwio = RenameRule.Layout.hwio
    #expect(hwio.order(stored: [3, 5, 16, 32], wanted: [32, 16, 3, 5]) == [3, 2, 0, 1])
    #expect(hwio.order(stored: [3, 3, 16, 1], wanted: [16, 1, 3, 3]) == [2, 3, 0, 1])
    #expect(hwio.order(stored: [3, 3, 16, 2], wanted: [32, 1, 3, 3]) == [2, 3, 0, 1])
    #expect(hwio.order(stored: [3, 3, 1, 8], wanted: [8, 1, 3, 3]) == [3, 2, 0, 1])
    #expect(hwio.order(stored: [10, 4], wanted: [4, 10]) == [1, 0])
    #expect(hwio.order(stored: [7], wanted: [7]) == [0])
    #expect(hwio.order(stored: [32, 16, 3, 3], wanted: [32, 16, 3, 3]) == nil)
    #expect(hwio.order(stored: [1, 1, .max, .max], wanted: [1, 1, 1, 1]) == nil)
    #expect(RenameRule.Layout.oihw.order(stored: [2, 3], wanted: [2, 3]) == [0, 1])
    #expect(RenameRule.Layout.oihw.order(stored: [2, 3], wanted: [3, 2]) == nil)
  }
}
