import Foundation
import NetC
import TestSupport
import Testing

/// `netc diff`: structure, figures and what a checkpoint loads.
struct DiffTests {
  private let directory: TemporaryDirectory
  private let base: String

  private static let lines = [
    "stem = image |> conv 3x3 8 stride=2 @stem |> relu", "left = stem |> conv 3x3 8 rate=2 @left",
    "right = stem |> conv 3x3 8 @right |> bn @norm |> relu", "sum = left + right",
    "output logits = sum |> conv 1x1 classes @head |> resize like=image",
  ]

  init() throws {
    directory = try TemporaryDirectory()
    base = try Self.write([:], "base.net", in: directory)
  }

  /// The base network with some lines replaced.
  private static func write(
    _ changes: [Int: String], _ name: String, in directory: TemporaryDirectory,
    rules: String = ""
  ) throws -> String {
    let body = lines.indices.map { "  " + (changes[$0] ?? lines[$0]) }.joined(separator: "\n")
    return try directory.file(
      name,
      "netc 1\nnetwork small(classes: int = 4) {\n  input image: rgb[H, W]\n\(body)\n\(rules)}\n")
  }

  private func compare(
    _ changes: [Int: String], rules: String = "", _ flags: String...
  ) throws -> [String: Any] {
    let other = try Self.write(changes, "other.net", in: directory, rules: rules)
    let outcome = netc(["diff", base, other, "--json"] + flags)
    #expect(outcome.code == .done, "\(outcome.messages)")
    return outcome.json
  }

  private func rows(_ document: [String: Any]) throws -> [[String: Any]] {
    try #require(document["layers"] as? [[String: Any]])
  }

  @Test func equalNetworksAreEqual() throws {
    let document = try compare([:], "--at", "33x33")
    #expect(document["equal"] as? Bool == true)
    #expect(try rows(document).isEmpty)
    // Nine layers, the input and the output.
    #expect(document["equal_layers"] as? Int == 11)
    #expect(netc("diff", base, base, "-W", "error").code == .done)
    #expect(netc("diff", base, base).output.contains("a's checkpoint in b: 12 of 12 tensors load"))
  }

  @Test func changesHaveBothValues() throws {
    let document = try compare(
      [
        1: "left = stem |> conv 3x3 8 rate=4 @left",
        2: "right = stem |> conv 3x3 12 @right |> relu", 3: "sum = concat(left, right)",
        4: "output logits = sum |> conv 1x1 classes @classifier |> resize like=image",
      ], "--at", "33x33")
    let rows = try rows(document)
    func fields(_ name: String) throws -> [[String]] {
      let row = try #require(rows.first { $0["b"] as? String == name && $0["fields"] != nil })
      return try #require(row["fields"] as? [[String: String]]).map {
        [$0["field"] ?? "", $0["a"] ?? "", $0["b"] ?? ""]
      }
    }
    #expect(try fields("left") == [["pad", "2", "4"], ["rate", "2", "4"]])
    #expect(
      try fields("right") == [
        ["", "8", "12"], ["weight", "8x8x3x3", "12x8x3x3"],
        ["bias", "8", "12"],
      ])
    func names(_ change: String, _ side: String) -> [String?] {
      rows.filter { $0["change"] as? String == change }.map { $0[side] as? String }
    }
    #expect(names("removed", "a") == ["norm", "sum", "head"])
    #expect(names("added", "b") == ["sum", "classifier"])
    let checkpoint = try #require(document["checkpoint"] as? [String: Any])
    let counts = ["other_shapes", "gone", "needed"].map { (checkpoint[$0] as? [Any])?.count }
    #expect(checkpoint["tensors"] as? Int == 12 && checkpoint["load"] as? Int == 4)
    #expect(counts == [2, 6, 2])
    let text = netc("diff", base, directory.file("other.net"), "--at", "33x33").output
    #expect(
      text.contains(
        "4 of 12 tensors load; 2 have other shapes, 6 are gone; b needs 2 more"))
    #expect(text.contains("pad 2 → 4, rate 2 → 4"))
    #expect(text.contains("shape   right.weight"))
    #expect(text.contains("8x8x3x3 → 12x8x3x3"))
    #expect(
      netc("diff", base, directory.file("other.net"), "-W", "error").code == .failed)
  }

  @Test func figuresAreThoseOfEach() throws {
    let document = try compare([1: "left = stem |> conv 5x5 8 @left"], "--at", "33x33")
    let (a, b) = (document["a"] as? [String: Any] ?? [:], document["b"] as? [String: Any] ?? [:])
    #expect(a["parameters"] as? Int == 224 + 584 + 584 + 16 + 36)
    #expect(b["parameters"] as? Int == 224 + 1608 + 584 + 16 + 36)
    // Products a position of stem, left, right and head, on a map of 17x17.
    let products: [Int] = [3 * 9 * 8, 8 * 9 * 8, 8 * 9 * 8, 8 * 4]
    let all = 289 * products.reduce(0, +)
    let more = 289 * 8 * (25 - 9) * 8
    #expect(a["macs"] as? Int == all)
    #expect(b["macs"] as? Int == all + more)
    // Of 51 pairs of a place and a tap along an axis 4 read nothing at rate 2, and 2 elsewhere.
    let live: [Int] = [49 * 49 * 3 * 8, 47 * 47 * 64, 49 * 49 * 64, 289 * 8 * 4]
    #expect(a["live_macs"] as? Int == live.reduce(0, +))
    let plan = netc("plan", base, "--at", "33x33", "--json").json
    #expect(a["arena_bytes"] as? Int == plan["arena_bytes"] as? Int)
  }

  @Test func layersUnderOtherNamesAreFound() throws {
    let document = try compare([
      4: "output logits = sum |> conv 1x1 classes @classifier |> resize like=image"
    ])
    let rows = try rows(document)
    #expect(rows.count == 1)
    #expect(rows.first?["change"] as? String == "renamed")
    #expect(rows.first?["a"] as? String == "head" && rows.first?["b"] as? String == "classifier")
    let ruled = try compare(
      [4: "output logits = sum |> conv 1x1 classes @classifier |> resize like=image"],
      rules: "  rename classifier.* <- head.*\n")
    let checkpoint = try #require(ruled["checkpoint"] as? [String: Any])
    #expect(checkpoint["load"] as? Int == 12 && (checkpoint["needed"] as? [Any])?.isEmpty == true)
  }

  @Test func otherReadersAreFoundThroughWhatIsNew() throws {
    let rows = try rows(try compare([3: "sum = left + stem"]))
    let fields = try #require(rows.first?["fields"] as? [[String: String]])
    #expect(rows.count == 1)
    #expect(fields == [["field": "reads", "a": "right", "b": "stem"]])
    // A layer more on the way is told itself, and what reads it reads the same.
    let more = try self.rows(try compare([3: "sum = left + (right |> dropout 0.5)"]))
    #expect(more.map { $0["change"] as? String } == ["added"])
  }

  @Test func aFileIsReadByTheRulesOfBoth() throws {
    let small = Repository.path("Tests/Recorded/small.net")
    let text = try String(contentsOfFile: small, encoding: .utf8)
    let renamed = text.replacing("@backbone", with: "@trunk")
    #expect(renamed != text)
    let other = try directory.file("renamed.net", renamed)
    let file = Repository.path("Tests/Recorded/small.safetensors")
    let own = netc("diff", small, small, "-w", file, "--json").json["checkpoint"] as? [String: Any]
    #expect(own?["load"] as? Int == own?["tensors"] as? Int && own?["missing_in_file"] as? Int == 0)
    let lost =
      netc("diff", small, other, "-w", file, "--json").json["checkpoint"] as? [String: Any]
    let (gone, needed) = (lost?["gone"] as? [Any], lost?["needed"] as? [Any])
    #expect((gone?.count ?? 0) > 0 && gone?.count == needed?.count)
    let back = netc("diff", other, small, "-w", file)
    #expect(back.output.contains("small.safetensors is no whole checkpoint of a: "))
    #expect(netc("diff", small, other, "-w", "absent.pth").code == .files)
  }

  @Test func twoSettingsOfOneFileAreTwoNetworks() throws {
    let outcome = netc(
      "diff", Repository.flagship, Repository.flagship, "--set-b", "os=8", "--at", "129x129",
      "--json")
    let rows = try rows(outcome.json)
    #expect(rows.allSatisfy { $0["change"] as? String == "changed" })
    let aspp = rows.filter { ($0["b"] as? String)?.hasPrefix("aspp.") ?? false }
    #expect(aspp.count == 3)
    #expect((outcome.json["b"] as? [String: Any])?["output_stride"] as? Int == 8)
    #expect(try #require(outcome.json["resized_layers"] as? Int) > 0)
    let text = netc(
      "diff", Repository.flagship, Repository.flagship, "--set-b", "os=8", "--at", "129x129"
    ).output
    // Layers that change alike are told once.
    #expect(text.contains("backbone.layer3.1.conv2 … backbone.layer4.0.conv2 (23)"))
    #expect(text.contains("equal layers give other sizes, from `backbone.layer3.0.bn2` on"))
    let both = netc("diff", base, base, "--set", "classes=7", "--set-b", "classes=9", "--json").json
    #expect(
      ["a", "b"].map {
        ((both[$0] as? [String: Any])?["settings"] as? [String: String])?["classes"]
      }
        == ["7", "9"])
  }

  /// Blocks that only one network has are one line.
  @Test func aDeeperNetworkHasBlocksMore() {
    let path = Repository.path("models/smp/deeplabv3plus_resnet")
    let outcome = netc("diff", path + "50.net", path + "101.net")
    #expect(outcome.output.contains("structure: 170 only in b, 216 equal\n"))
    #expect(outcome.output.contains("encoder.layer3.6 … encoder.layer3.22"))
    #expect(outcome.output.contains("17 x bottleneck, 170 layers  18,992,128 parameters"))
    #expect(outcome.output.contains("317 of 317 tensors load; b needs 255 more"))
  }

  @Test func wrongUseIsSaid() throws {
    #expect(netc("diff", base).code == .usage)
    #expect(netc("diff", base, base, "--set-b", "os=8").code == .failed)
    #expect(netc("diff", base, "absent.net").code == .files)
    let unet = Repository.path("models/unet/original.net")
    #expect(netc("diff", unet, unet, "--at", "64x64").code == .failed)
  }
}
