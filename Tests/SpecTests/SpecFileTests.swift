import Foundation
import Kernels
import NetC
import Testing

/// Files under `Tests/Specs`.
enum Specs {
  static let root = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../Specs").standardized.path

  /// Every spec, by its path under the root.
  static let all: [String] = {
    let found = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
    return found.filter { $0.hasSuffix(".net") && !$0.contains("shared/") }.sorted()
  }()

  /// Names without `.net` of the specs in a folder.
  static func names(in folder: String) -> [String] {
    all.filter { $0.hasPrefix(folder + "/") }
      .map { String($0.dropFirst(folder.count + 1).dropLast(4)) }
  }
}

/// `NETC_BLESS=1 swift test --filter SpecFileTests` makes what is observed expected.
struct SpecFileTests {
  static let bless = ProcessInfo.processInfo.environment["NETC_BLESS"] == "1"

  @Test(arguments: Specs.all)
  func aSpecHolds(name: String) {
    let result = runSpec(path: "\(Specs.root)/\(name)", bless: Self.bless)
    if case .failed(let reason) = result { Issue.record("\(name): \(reason)") }
  }

  /// Back ends besides the best one of this processor, and the definitions.
  static let others: [String: KernelCatalogue] = {
    let isas = VectorISA.allCases.filter { $0.isSupported && $0 != .best }
    var others = Dictionary(
      uniqueKeysWithValues: isas.map { ($0.rawValue, KernelCatalogue($0)) })
    others["definitions"] = .definitions
    return others
  }()

  @Test(arguments: others.keys.sorted())
  func everySpecHoldsOnEveryBackEnd(kernels: String) throws {
    let catalogue = try #require(Self.others[kernels])
    for name in Specs.all {
      let result = runSpec(path: "\(Specs.root)/\(name)", kernels: catalogue)
      if case .failed(let reason) = result { Issue.record("\(name): \(reason)") }
    }
  }
}
