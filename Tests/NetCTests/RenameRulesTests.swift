import Source
import TestSupport
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

  private func name(_ result: (outcome: RenameRules.Outcome, applied: [Int])) -> String? {
    if case .tensors(let targets) = result.outcome { targets.first?.name } else { nil }
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
    #expect(rules.outcome(of: "module.aux.0.weight") == (.ignored, applied: [1]))
    #expect(name(rules.outcome(of: "module.0.weight")) == "head.0.weight")
    #expect(name(rules.outcome(of: "bn.moving_mean")) == "bn.running_mean")
    #expect(name(rules.outcome(of: "other.weight")) == "other.weight")
  }

  @Test func batchCountersAreIgnored() {
    let rules = RenameRules([rule("kept", "a.num_batches_tracked")])
    #expect(rules.outcome(of: "bn1.num_batches_tracked") == (.ignored, applied: []))
    #expect(rules.outcome(of: "num_batches_tracked") == (.ignored, applied: []))
    let prefixed = RenameRules([rule("head.*", "module.head.*")])
    #expect(prefixed.outcome(of: "module.head.1.num_batches_tracked") == (.ignored, applied: [0]))
    let own = RenameRules([], wanted: ["a.num_batches_tracked"])
    #expect(name(own.outcome(of: "a.num_batches_tracked")) == "a.num_batches_tracked")
    #expect(name(rules.outcome(of: "a.num_batches_tracked")) == "kept")
    #expect(name(rules.outcome(of: "bn1.my_num_batches_tracked")) == "bn1.my_num_batches_tracked")
  }

  @Test func rulesThatLeaveTheBeginningOpenGoOn() {
    let rules = RenameRules([
      rule("*", "module.*", .hwio), rule("*.weight", "*.BatchNorm.gamma"),
      rule("*.weight", "*.kernel"),
      rule(nil, "aux.*"), rule("backbone.*", "resnet.*"), rule("other.*", "backbone.*"),
    ])
    #expect(
      rules.outcome(of: "module.resnet.conv1.BatchNorm.gamma")
        == (
          .tensors([.init(name: "backbone.conv1.weight", layout: .hwio, rule: 4)]),
          applied: [0, 1, 4]
        ))
    #expect(rules.outcome(of: "module.aux.kernel") == (.ignored, applied: [0, 2, 3]))
    #expect(name(rules.outcome(of: "backbone.bias")) == "other.bias")
    #expect(name(rules.outcome(of: "module.module.a")) == "module.a")
  }

  @Test func aSlashCountsAsADot() {
    let rules = RenameRules([
      rule("*.bn.weight", "xception_65/*/BatchNorm/gamma"),
      rule("*.weight", "xception_65.*.weights"),
    ])
    #expect(
      name(rules.outcome(of: "xception_65/entry_flow/conv1_1/BatchNorm/gamma"))
        == "entry_flow.conv1_1.bn.weight")
    #expect(name(rules.outcome(of: "xception_65/entry_flow/weights")) == "entry_flow.weight")
    #expect(name(rules.outcome(of: "a/b")) == "a.b")
  }

  @Test func anIgnoreLeavesWhatTheNetworkHas() {
    let rules = RenameRules(
      [rule(nil, "aux.*"), rule("*", "module.*"), rule(nil, "aux.*")],
      wanted: ["aux.0.weight"])
    #expect(name(rules.outcome(of: "aux.0.weight")) == "aux.0.weight")
    #expect(name(rules.outcome(of: "module.aux.0.weight")) == "aux.0.weight")
    #expect(rules.outcome(of: "aux.1.weight") == (.ignored, applied: [0]))
    #expect(rules.outcome(of: "module.aux.1.weight") == (.ignored, applied: [1, 2]))
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
