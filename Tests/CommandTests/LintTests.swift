import NetC
import Source
import TestSupport
import Testing

/// What `netc check` says beside errors: lints, and the facts they rest on.
@Suite struct LintTests {
  /// Mean weights of architectures.md, 1.1, on a map of 65x65.
  private static let means = [(6, "7.93"), (12, "6.92"), (18, "5.98"), (24, "5.11")]

  private static let aspp = """
    netc 1
    use std.deeplab
    network n {
      input x: tensor[64, H, W] os=16
      output y = x |> aspp<6, 12, 18, 24> 32 @aspp
    }

    """

  @Test func liveTapsAreThoseOfTheTable() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("aspp.net", Self.aspp)
    let shown = netc("show", file, "--at", "65x65").output.split(separator: "\n")
    let checked = netc("check", file, "--at", "65x65")
    #expect(checked.messages.isEmpty && checked.code == .done)
    let lines = checked.output.split(separator: "\n")
    for (rate, mean) in Self.means {
      #expect(shown.contains { $0.contains(" \(rate) ") && $0.contains("\(mean)/9") }, "\(rate)")
      let line = lines.first { $0.contains("3x3 rate \(rate) ") } ?? ""
      for text in ["\(mean) of 9", "(3-\(2 * rate)/h)(3-\(2 * rate)/w)", "65x65"] {
        #expect(line.contains(text), "\(text) in \(line)")
      }
    }
    let general = netc("check", Repository.flagship).output
    #expect(general.contains("(3-12/h)(3-12/w)  of 9  h x w = ceil(H/16) x ceil(W/16) from 6x6 on"))
    #expect(netc("show", Repository.flagship).output.contains("(3-36/h)(3-36/w)"))
    let json = netc("check", file, "--json").json
    let rows = try #require(json["live_taps"] as? [[String: Any]])
    #expect(rows.map { $0["formula"] as? String }.first == "(3-12/h)(3-12/w)")
  }

  /// Wrong counts and unread cells to 64, as in architectures.md, section 3.
  private static let paper = [
    (2, "", ""),
    (3, "5", "8, 11, 14, 17, 20, 23, 26, 29, 32, 35, 38, 41, 44, 47, 50, 53, 56, 59, 62"),
    (
      4, "6, 7, 11",
      "10, 14, 15, 18, 19, 22, 23, 26, 27, 30, 31, 34, 35, 38, 39, 42, 43, 46, 47, 50, 51, 54, 55, "
        + "58, 59, 62, 63"
    ),
    (
      6, "8-11, 15-17, 22, 23, 29",
      "14, 20, 21, 26-28, 32-35, 38-41, 44-47, 50-53, 56-59, 62-64"
    ),
  ]

  private static let refused = [
    (1, ""), (2, "1"), (3, "1, 2"), (4, "1-3, 5, 9"), (5, "1-4, 6, 7, 11, 12"),
    (6, "1-5, 7-9, 13-15, 19, 25"),
  ]

  private func bins(_ bins: Int, _ rule: String) throws -> String {
    let directory = try TemporaryDirectory()
    let text = """
      netc 1
      network n {
        input x: tensor[8, H, W]
        output y = x |> spp[\(bins)] rule=\(rule)
      }

      """
    let output = netc("check", try directory.file("spp.net", text)).output
    return output.split(separator: "\n").first { $0.contains("n = \(bins) ") }.map(String.init)
      ?? ""
  }

  @Test(arguments: paper)
  func tableOfThePaper(count: Int, miscounted: String, unread: String) throws {
    let line = try bins(count, "paper")
    #expect(line.contains("a < \(count)"))
    #expect(
      line.contains("not \(count) bins at a = \(miscounted);") == !miscounted.isEmpty, "\(line)")
    #expect(line.contains("not \(count) bins") == !miscounted.isEmpty, "\(line)")
    #expect(line.contains("cells unread at a = \(unread), … (a mod") == !unread.isEmpty, "\(line)")
    #expect(line.contains("unread") == !unread.isEmpty, "\(line)")
  }

  @Test(arguments: refused)
  func tableOfSPPNetPyTorch(count: Int, sizes: String) throws {
    let line = try bins(count, "sppnet_pytorch")
    #expect(line.contains("refused by PyTorch at a = \(sizes)") == !sizes.isEmpty, "\(line)")
    #expect(line.contains("right at every size") == sizes.isEmpty, "\(line)")
    #expect(!line.contains("unread"))
  }

  @Test func severityDecidesTheExitCode() throws {
    let directory = try TemporaryDirectory()
    let dead = Self.aspp.replacing("<6, 12, 18, 24>", with: "<24>")
    let file = try directory.file("dead.net", dead)
    #expect(netc("check", file).messages.isEmpty)
    #expect(netc("check", file, "--at", "33x33").messages.contains("warning[L0501]"))
    #expect(netc("check", file, "--at", "33x33").code == .done)
    #expect(netc("check", file, "--at", "33x33", "-W", "error").code == .failed)
    let point = netc("check", file, "--at", "24x24", "--json")
    #expect(point.code == .failed)
    let finding = (point.json["diagnostics"] as? [[String: Any]])?.first
    #expect(finding?["code"] as? String == "L0501")
    #expect(finding?["severity"] as? String == "error")
    #expect(finding?["line"] as? Int == 5)
    // Other commands are not stopped.
    #expect(netc("show", file, "--at", "24x24").code == .done)
    #expect(!netc("show", file, "--at", "24x24").messages.contains("L0501"))
  }

  @Test func notesFailNothing() {
    var findings = DiagnosticSet()
    findings.add(Diagnostic(.deadTaps, "for your information", severity: .note))
    #expect(!findings.hasWarnings && !findings.hasErrors)
    let text = DiagnosticRenderer(sources: SourceMap()).render(findings)
    #expect(text.hasPrefix("note[L0501]: "))
  }

  /// An allowance is about the file's own sizes: nothing is said of it at others.
  @Test func allowancesAtOtherSizes() throws {
    let directory = try TemporaryDirectory()
    let allowed = Self.aspp.replacing(
      "<6, 12, 18, 24> 32 @aspp", with: "<24> 32 @aspp  // netc: allow L0501 as published")
    let file = try directory.file("allowed.net", allowed)
    let idle = netc("check", file)
    #expect(idle.messages.contains("warning[L0500]") && idle.messages.contains("states no size"))
    #expect(netc("check", file, "--at", "65x65").messages.isEmpty)
    #expect(netc("check", file, "--at", "24x24").messages.isEmpty)
    let silent = netc("check", file, "--at", "24x24", "-v")
    #expect(silent.code == .done)
    #expect(silent.output.contains("allowed L0501 at \(file):5:38: as published"))
    let json = netc("check", file, "--at", "24x24", "--json").json
    let entry = (json["allowed"] as? [[String: Any]])?.first
    #expect(entry?["reason"] as? String == "as published")
    #expect((entry?["finding"] as? [String: Any])?["code"] as? String == "L0501")
  }

  /// With settings the sizes of the expectations with these settings are looked at: at stride 8 the
  /// same rates meet a map twice as wide.
  @Test func sizesBelongToSettings() {
    let path = Repository.path("models/smp/deeplabv3plus_resnet50.net")
    #expect(netc("check", path, "-v").output.contains("allowed L0501"))
    let dense = netc("check", path, "--os", "8", "-v")
    #expect(dense.messages.isEmpty && dense.code == .done)
    #expect(!dense.output.contains("allowed L0501") && dense.output.contains("allowed L0508"))
  }

  @Test func aClassifierIsLeftAlone() {
    let path = Repository.root + "/models/torchvision/resnet50.net"
    for arguments in [["check", path, "-W", "error"], ["check", path, "--at", "224x224"]] {
      let outcome = netc(arguments)
      #expect(outcome.messages.isEmpty && outcome.code == .done)
    }
  }
}
