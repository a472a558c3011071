import Foundation
import IR
import NetC
import Testing

/// `netc weights` lists what the libraries' `state_dict()` has (Tests/Zoo/state_dicts.py).
struct KeysTests {
  /// `torchvision/fcn_resnet50` or, with a setting of the network on, `torchvision/fcn_resnet50+aux`.
  static let lists = Zoo.names(under: "Tests/Zoo/keys", ending: ".txt")
    .map { String($0.dropFirst("Tests/Zoo/keys/".count).dropLast(".txt".count)) }
    .filter { $0.hasPrefix("torchvision/") || $0.hasPrefix("smp/") }

  @Test(arguments: lists)
  func namesAndShapesAreThoseOfTheLibrary(list: String) throws {
    let parts = list.split(separator: "+").map(String.init)
    let graph = try Zoo.graph("models/\(parts[0]).net", parts.dropFirst().map { "\($0)=yes" })
    let ours = WeightsTable(graph.parameters).rows.map { row in
      "\(row.name) \(row.shape.map(String.init).joined(separator: "x"))"
    }
    let theirs = Zoo.text("Tests/Zoo/keys/\(list).txt").split(separator: "\n").map(String.init)
    #expect(theirs.count > 10)
    let (missing, extra) = (Set(theirs).subtracting(ours), Set(ours).subtracting(theirs))
    #expect(missing.isEmpty, "missing: \(missing.sorted().prefix(5))")
    #expect(extra.isEmpty, "not in the library: \(extra.sorted().prefix(5))")
    #expect(ours.count == theirs.count)
  }

  @Test(arguments: Zoo.networks.filter { $0.contains("/torchvision/") || $0.contains("/smp/") })
  func itHasAList(path: String) {
    let name = String(path.dropFirst("models/".count).dropLast(".net".count))
    #expect(Self.lists.contains(name), "add \(name) to Tests/Zoo/state_dicts.py")
    if Zoo.text(path).contains("aux: bool") { #expect(Self.lists.contains("\(name)+aux")) }
  }
}
