import Foundation
import Frontend
import IR
import Source
import Testing

@testable import Formats
@testable import NetC
@testable import Tensors

/// The rules of a network give every tensor of a checkpoint its place (Tests/Zoo/checkpoint_names.py
/// and, where a library's names are the network's, Tests/Zoo/state_dicts.py).
struct CheckpointTests {
  static let lists = Zoo.names(under: "Tests/Zoo/keys", ending: ".txt")

  @Test(arguments: lists)
  func everyTensorHasAPlace(list: String) throws {
    let name = list.dropFirst("Tests/Zoo/keys/".count).dropLast(".txt".count).split(separator: "+")
    let network = try Zoo.elaboration(
      "models/\(name[0]).net", name.dropFirst().map { "\($0)=yes" })
    let names = try ListedTensors(path: list)
    let match = WeightMatch(network.graph.parameters, network.facts.rules, names)
    let findings = match.diagnostics.all.map(\.message)
    #expect(findings.isEmpty, "\(findings)")
    #expect(match.rows.count > 10)
    for ignored in match.ignored {
      let isMeant = ["aux", "Momentum", "global_step"].contains { ignored.name.contains($0) }
      #expect(isMeant, "\(ignored.name) is ignored")
    }
  }

  @Test func everyArrayOfTensorFlowIsTransposed() throws {
    let list = "Tests/Zoo/keys/tf/deeplabv3plus_xception65.txt"
    let network = try Zoo.elaboration("models/tf/deeplabv3plus_xception65.net", [])
    let match = WeightMatch(
      network.graph.parameters, network.facts.rules, try ListedTensors(path: list))
    let kernels = match.rows.filter { $0.entry?.dimensions.count == 4 }
    #expect(kernels.count > 100)
    #expect(kernels.allSatisfy { $0.layout == .hwio })
    #expect(match.idleRules.isEmpty)
  }

  @Test(
    arguments: Zoo.networks.filter { path in
      ["deeplabv2", "semseg", "tf", "vainf"].contains { path.hasPrefix("models/\($0)/") }
    })
  func itHasAList(path: String) {
    let name = path.dropFirst("models/".count).dropLast(".net".count)
    #expect(
      Self.lists.contains("Tests/Zoo/keys/\(name).txt"),
      "add \(name) to Tests/Zoo/checkpoint_names.py")
  }
}

/// Names and shapes without values, as the header of a file has them.
private struct ListedTensors: WeightSource {
  let path: String
  let entries: [WeightEntry]

  init(path: String) throws {
    self.path = path
    entries = try Zoo.text(path).split(separator: "\n").map { line in
      let fields = line.split(separator: " ")
      let shape = try #require(
        fields.count == 2 ? fields[1] : nil, "expected name and shape: \(line)")
      let dimensions =
        shape == "scalar"
        ? []
        : try shape.split(separator: "x").map {
          try #require(Int($0))
        }
      return WeightEntry(
        name: String(fields[0]), type: .float32, dimensions: dimensions, range: 0..<0)
    }
  }

  func entry(_ name: String) -> WeightEntry? { entries.first { $0.name == name } }

  func read(_ name: String) throws(FormatError) -> Tensor {
    throw FormatError(.malformed, "a list has no values")
  }
}
