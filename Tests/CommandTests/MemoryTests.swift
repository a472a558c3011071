import Foundation
import NetC
import TestSupport
import Testing

/// `netc check --max-mem`: which size fits, and what sets the peak.
struct MemoryTests {
  static let network = """
    netc 1
    network chain {
      input image: rgb[H, W]
      half = image |> conv 3x3 16 stride=2 @half
      output y = half |> conv 3x3 32 stride=2 @quarter
      require H % 8 == 0 and W % 4 == 0
    }

    """

  static func check(_ flags: String..., text: String = network) throws -> Outcome {
    let directory = try TemporaryDirectory()
    return netc(["check", try directory.file("chain.net", text)] + flags)
  }

  /// Bytes that `netc plan` prints for a size.
  static func planned(_ size: [Int]) throws -> Int {
    let directory = try TemporaryDirectory()
    let outcome = netc(
      "plan", try directory.file("chain.net", network), "--at", "\(size[0])x\(size[1])", "--json")
    return try #require(outcome.json["peak_bytes"] as? Int, "\(outcome.messages)")
  }

  @Test(arguments: ["200K", "3M", "5MB", "123456"])
  func theLargestSquareFitsAndTheNextDoesNot(limit: String) throws {
    let json = try Self.check("--max-mem", limit, "--json").json
    let memory = try #require(json["memory"] as? [String: Any])
    let bytes = try #require(memory["limit_bytes"] as? Int)
    let largest = try #require(memory["largest"] as? [Int])
    let next = try #require(memory["next"] as? [Int])
    #expect(largest[0] % 8 == 0 && next == [largest[0] + 8, largest[0] + 8])
    #expect(memory["bytes"] as? Int == (try Self.planned(largest)))
    #expect(try Self.planned(largest) <= bytes)
    #expect(try Self.planned(next) > bytes)
    let peak = try #require(memory["peak"] as? [String: Any])
    #expect(peak["at"] as? [Int] == largest)
    #expect(peak["line"] as? Int == 4 || peak["line"] as? Int == 5)
    let parts = try #require(peak["parts"] as? [[String: Any]])
    #expect(parts.compactMap { $0["bytes"] as? Int }.reduce(0, +) == memory["bytes"] as? Int)
    #expect((peak["formula"] as? String)?.contains("B·H·W") == true)
  }

  @Test func theProportionIsThatOfTheSize() throws {
    let outcome = try Self.check("--max-mem", "3M", "--at", "64x128", "--json")
    let memory = try #require(outcome.json["memory"] as? [String: Any])
    let largest = try #require(memory["largest"] as? [Int])
    #expect(largest[1] == 2 * largest[0] && largest[0] % 8 == 0)
    #expect((memory["peak"] as? [String: Any])?["at"] as? [Int] == [64, 128])
    let text = try Self.check("--max-mem", "3M", "--at", "64x128").output
    #expect(text.contains("\(largest[0])x\(largest[1]), which needs"))
    #expect(text.contains("peak memory      ") && text.contains("at 64x128, set by step"))
  }

  @Test func budgetsAreKept() throws {
    let at = try Self.check("--max-mem", "200K", "--at", "512x1024")
    #expect(at.code == .budget)
    #expect(at.messages.contains("error[N0702]: at 512x1024 the network needs "))
    #expect(at.messages.contains("= help: the largest of sizes of 1:2 that fits is "))
    let none = try Self.check("--max-mem", "1K")
    #expect(none.code == .budget)
    #expect(none.messages.contains("at 8x8, the smallest admissible of squares, the network needs"))
    #expect(try Self.check("--max-mem", "3M", "--at", "9x8").code == .failed)
  }

  @Test func fixedSidesStay() throws {
    let strip = Self.network.replacing("rgb[H, W]", with: "rgb[64, W]")
      .replacing("H % 8 == 0 and ", with: "")
    let memory = try #require(
      try Self.check("--max-mem", "1M", "--json", text: strip).json["memory"] as? [String: Any])
    let largest = try #require(memory["largest"] as? [Int])
    #expect(largest[0] == 64 && largest[1] % 4 == 0)
    let fixed = try Self.check("--max-mem", "1M", text: Networks.fixed)
    #expect(fixed.output.contains("8x10, which needs"))
    #expect(fixed.output.contains("no larger size is admissible"))
    #expect(try Self.check("--max-mem", "1K", text: Networks.fixed).code == .budget)
  }

  @Test func bytesAreWrittenInSeveralWays() throws {
    func limit(_ text: String) throws -> Int? {
      let json = try Self.check("--max-mem", text, "--json").json
      return (json["memory"] as? [String: Any])?["limit_bytes"] as? Int
    }
    #expect(try limit("1.5M") == 3 << 19)
    #expect(try limit("2MiB") == 2 << 20)
    #expect(try limit("2MB") == 2_000_000)
    #expect(try limit("300000") == 300_000)
    for wrong in ["0", "M", "-1M", "1X", "1MM", "1e30", "99999999T", "nan"] {
      #expect(try Self.check("--max-mem=\(wrong)").code == .usage, "\(wrong)")
    }
  }

  @Test func outputsAndKernelsAreThoseOfThePlan() throws {
    #expect(try Self.check("--max-mem", "3M", "--output", "z").code == .usage)
    let portable = try Self.check("--max-mem", "3M", "--isa", "portable", "--winograd", "off")
    #expect(portable.code == .done, "\(portable.messages)")
  }
}
