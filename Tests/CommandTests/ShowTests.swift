import Foundation
import NetC
import TestSupport
import Testing

/// `netc show`: table, JSON and pictures.
@Suite struct ShowTests {
  @Test func table() {
    let outcome = netc("show", Repository.flagship, "--at", "513x513")
    #expect(outcome.code == .done)
    let lines = outcome.output.split(separator: "\n").map(String.init)
    #expect(lines[0].hasPrefix("layer "))
    let aspp = lines.first { $0.hasPrefix("aspp.convs.1.0 ") } ?? ""
    for text in ["conv+bn+relu", "256 x 33 x 33", "3x3", " 13 ", "6.95/9", "4,719,104"] {
      #expect(aspp.contains(text), "\(text) in \(aspp)")
    }
    #expect(lines.last?.contains("59,344,309 parameters, 92,820,363,712 multiply-adds") == true)
    let verbose = netc("show", Repository.flagship, "-v").output
    #expect(verbose.contains("aspp.convs.1.1 "))
    #expect(verbose.contains("256 x ceil(H/16) x ceil(W/16)"))
  }

  @Test func json() throws {
    let json = netc("show", Repository.flagship, "--at", "513x513", "--json").json
    let layers = try #require(json["layers"] as? [[String: Any]])
    #expect(json["schema"] as? Int == 1)
    #expect(json["parameters"] as? Int == 59_344_309)
    #expect(json["macs"] as? Int == 92_820_363_712)
    let keys = [
      "name", "op", "shape", "kernel", "stride", "rate", "os", "rf", "live", "parameters", "macs",
    ]
    for layer in layers { for key in keys { #expect(layer[key] != nil, "\(key)") } }
    #expect(layers.compactMap { $0["parameters"] as? Int }.reduce(0, +) == 59_344_309)
    #expect(layers.compactMap { $0["macs"] as? Int }.reduce(0, +) == 92_820_363_712)
    let branch = try #require(layers.first { $0["name"] as? String == "aspp.convs.3.0" })
    #expect(branch["rate"] as? Int == 18)
    #expect(branch["kernel"] as? Int == 3)
    #expect(branch["os"] as? Int == 16)
    #expect(branch["shape"] as? [Int] == [256, 33, 33])
    #expect(abs((branch["live"] as? Double ?? 0) - 3.64) < 0.01)
  }

  /// Where a layer's first sample lies, and the cells that its series reads of those it spans.
  @Test func geometry() throws {
    let json = netc("show", Repository.flagship, "--at", "513x513", "--json").json
    let layers = try #require(json["layers"] as? [[String: Any]])
    let last = try #require(layers.first { $0["name"] as? String == "backbone.layer4.2.conv2" })
    #expect(last["jump"] as? [Double] == [16, 16])
    #expect(last["start"] as? [Double] == [0, 0])
    #expect(last["reads"] as? [[Int]] == [[5, 9], [5, 9]])
    let grown = try #require(layers.first { $0["name"] as? String == "decoder.context" })
    let start = try #require(grown["start"] as? [Double])
    #expect(start.allSatisfy { abs($0 + 256.0 / 43) < 1e-12 })
    let verbose = netc("show", Repository.flagship, "--at", "513x513", "-v").output
    let head = verbose.prefix { $0 != "\n" }
    #expect(head.contains(" start ") && head.contains(" reads "))
    let line = verbose.split(separator: "\n").first { $0.hasPrefix("backbone.layer4.2.conv2 ") }
    #expect(line?.contains(" 5/9 ") == true)
  }

  @Test func unusedLayersAreListed() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(
      "x.net",
      Networks.fixed.replacing("output y", with: "unused @old conv 3x3 2\n  output y"))
    let text = netc("show", file).output
    #expect(text.contains("conv (unused)"))
    #expect(text.contains("72 parameters"))
  }

  @Test func pictureAppearsWhole() throws {
    let directory = try TemporaryDirectory()
    let target = "\(directory.path)/net.svg"
    let outcome = netc("show", Repository.flagship, "--svg", target)
    #expect(outcome.code == .done && outcome.output.isEmpty)
    let svg = try String(contentsOfFile: target, encoding: .utf8)
    #expect(svg.hasPrefix("<svg ") && svg.hasSuffix("</svg>\n"))
    #expect(svg.contains(">resnet101<") && svg.contains(">aspp<"))
    #expect(XMLCheck.isBalanced(svg))
    #expect(directory.names == ["net.svg"])
    #expect(netc("show", Repository.flagship, "--svg", "/nowhere/x.svg").code == .files)
    #expect(netc("show", Repository.flagship, "--svg", directory.path).code == .files)
  }

  @Test func graphviz() {
    let short = netc("show", Repository.flagship, "--dot").output
    #expect(short.hasPrefix("digraph "))
    #expect(short.contains("resnet101") && !short.contains("backbone.layer3.22.conv2"))
    let long = netc("show", Repository.flagship, "--dot", "-v").output
    #expect(long.contains("backbone.layer3.22.conv2"))
  }

  @Test(arguments: Repository.librarySpecs)
  func everyLibrarySpecIsDrawn(_ path: String) throws {
    let directory = try TemporaryDirectory()
    for flags in [[], ["-v"]] {
      let outcome = netc(["show", path, "--svg", "\(directory.path)/x.svg"] + flags)
      #expect(outcome.code == .done)
      let svg = try String(contentsOfFile: "\(directory.path)/x.svg", encoding: .utf8)
      #expect(XMLCheck.isBalanced(svg) && !svg.contains("nan") && !svg.contains("inf\""))
    }
    #expect(netc("show", path).code == .done)
  }

  @Test func stagesPrintThemselves() {
    let scenes = Repository.path("models/scenes.net")
    #expect(netc("show", scenes, "--emit", "tokens").output.contains("netc"))
    #expect(netc("show", scenes, "--emit", "syntax").output.hasPrefix("file"))
    #expect(netc("show", scenes, "--emit", "graph").output.hasPrefix("graph scenes\n"))
    #expect(netc("show", scenes, "--emit", "plan", "--at", "160x160").output.contains("arena"))
    #expect(netc("show", scenes, "--emit", "plan").code == .usage)
    #expect(netc("show", scenes, "--emit", "code").code == .usage)
  }
}

/// Whether the tags of a document close in order.
enum XMLCheck {
  static func isBalanced(_ text: String) -> Bool {
    var open: [Substring] = []
    for part in text.split(separator: "<").filter({ $0.contains(">") }) {
      let tag = part.prefix { $0 != ">" }
      if tag.hasPrefix("/") {
        guard open.popLast() == tag.dropFirst() else { return false }
      } else if !tag.hasSuffix("/") {
        open.append(tag.prefix { $0 != " " && $0 != "\n" })
      }
    }
    return open.isEmpty
  }
}
