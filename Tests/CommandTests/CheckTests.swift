import NetC
import TestSupport
import Testing

/// `netc check` on the flagship and on networks that are wrong.
@Suite struct CheckTests {
  @Test func flagship() {
    let outcome = netc("check", Repository.flagship, "--at", "513x513")
    #expect(outcome.code == .done)
    #expect(outcome.messages.isEmpty)
    for text in [
      "59,344,309", "92,820,363,712 at 513x513", "all H >= 1; all W >= 1", "output stride    16",
      "21 x 513 x 513",
    ] {
      #expect(outcome.output.contains(text), "\(text) in \(outcome.output)")
    }
  }

  @Test func otherOutputStride() {
    let outcome = netc("check", Repository.flagship, "--os", "8", "--at=513x513")
    #expect(outcome.code == .done)
    #expect(outcome.output.contains("output stride    8"))
    #expect(outcome.output.contains("at os 8 instead of 16: same weights"))
    #expect(outcome.output.contains("6 → 12, 12 → 24, 18 → 36"))
    #expect(outcome.output.contains("approximate: 1 x image pooling"))
    #expect(outcome.output.contains("approximate: 1 x resize"))
    #expect(outcome.output.contains("267,924,167,104"))
    #expect(netc("check", Repository.flagship, "--os", "16").output.contains("instead") == false)
  }

  @Test func jsonKeys() throws {
    let outcome = netc("check", Repository.flagship, "--json", "--at", "513x513")
    let json = outcome.json
    #expect(outcome.code == .done)
    #expect(json["schema"] as? Int == 1)
    #expect(json["ok"] as? Bool == true)
    #expect((json["diagnostics"] as? [Any])?.isEmpty == true)
    #expect(json["parameters"] as? Int == 59_344_309)
    #expect(json["output_stride"] as? Int == 16)
    #expect(json["macs"] as? Int == 92_820_363_712)
    #expect((json["admissible"] as? [String: String])?["H"] == "all H >= 1")
    #expect((json["minimum"] as? [String: Int])?["W"] == 1)
  }

  @Test func jsonOfErrors() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("\"bad\".net", Networks.unknownOp)
    let outcome = netc("check", "--json", file)
    #expect(outcome.code == .failed)
    let finding = (outcome.json["diagnostics"] as? [[String: Any]])?.first
    #expect(finding?["code"] as? String == "N0202")
    #expect(finding?["severity"] as? String == "error")
    #expect(finding?["file"] as? String == file)
    #expect(finding?["line"] as? Int == 4)
    #expect((finding?["column"] as? Int ?? 0) > 1)
    #expect(finding?["help"] as? String == "did you mean `relu`?")
    let missing = netc("check", "--json", "/nowhere.net")
    #expect(missing.code == .files)
    #expect(missing.json["ok"] as? Bool == false)
    let both = netc("check", "--json", Repository.flagship, file).json
    #expect((both["files"] as? [Any])?.count == 2)
    #expect(both["ok"] as? Bool == false)
  }

  @Test func sizesOutside() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("partial.net", Networks.partial)
    let plain = netc("check", file)
    #expect(plain.code == .done)
    #expect(plain.messages.contains("warning[N0311]"))
    #expect(plain.output.contains("H mod 2 = 0"))
    #expect(netc("check", file, "-W", "error").code == .failed)
    #expect(netc("check", file, "--at", "6x6").code == .done)
    let outside = netc("check", file, "--at", "7x6")
    #expect(outside.code == .failed)
    #expect(outside.messages.contains("error[N0312]"))
    #expect(outside.output.isEmpty)
  }

  @Test func fixedSizes() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("fixed.net", Networks.fixed)
    let json = netc("check", file, "--json").json
    #expect((json["admissible"] as? [String: String])?["H"] == "H = 8")
    #expect((json["minimum"] as? [String: Int])?["W"] == 10)
    #expect(json["macs"] as? Int == 4 * 3 * 80)
    #expect(netc("check", file, "--at", "8x10").code == .done)
    #expect(netc("check", file, "--at", "8x11").code == .failed)
  }

  @Test func settings() throws {
    #expect(netc("check", Repository.flagship, "--set", "classes=5").code == .done)
    #expect(netc("check", Repository.flagship, "--set", "clases=5").code == .failed)
    #expect(netc("check", Repository.flagship, "--set", "classes=relu").code == .failed)
    let directory = try TemporaryDirectory()
    let file = try directory.file("fixed.net", Networks.fixed)
    let stride = netc("check", file, "--os", "8")
    #expect(stride.code == .failed)
    #expect(stride.messages.contains("N0505"))
  }

  @Test func expectationsFail() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file(
      "x.net",
      Networks.fixed.replacing("output y", with: "expect { params == 13 }\n  output y"))
    let outcome = netc("check", file)
    #expect(outcome.code == .failed)
    #expect(outcome.messages.contains("error[N0221]: `params` is 16, expected 13"))
  }

  @Test func colorsAndQuiet() throws {
    let directory = try TemporaryDirectory()
    let file = try directory.file("x.net", Networks.unknownOp)
    #expect(netc("check", file, "--color", "always").messages.contains("\u{1B}[31m"))
    #expect(!netc("check", file, "--color", "never").messages.contains("\u{1B}"))
    let quiet = netc("check", "-q", Repository.flagship)
    #expect(quiet.output.isEmpty && quiet.messages.isEmpty && quiet.code == .done)
  }

  @Test(arguments: Repository.librarySpecs)
  func librarySpecsPass(_ path: String) {
    let outcome = netc("check", path)
    #expect(outcome.code == .done, "\(outcome.messages)")
  }
}

/// Small networks.
enum Networks {
  static let unknownOp = """
    netc 1
    network x {
      input image: rgb[H, W]
      output y = image |> rleu
    }

    """
  static let partial = """
    netc 1
    network partial {
      input image: rgb[H, W]
      small = image |> maxpool 2
      output y = concat(image, small |> resize 2x)
    }

    """
  static let fixed = """
    netc 1
    network fixed {
      input image: rgb[8, 10]
      output y = image |> conv 1x1 4 @head
    }

    """
}
