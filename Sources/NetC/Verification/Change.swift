import IR
import Source
import Tensors

/// A way to read the same checkpoint otherwise, in the language's own words.
struct Change: Sendable {
  /// What a change does to a segment.
  enum Effect: Sendable {
    /// Other specs at some nodes.
    case specs([ValueID: Spec])
    /// The numbers of a parameter in another order.
    case layout(parameter: Int, order: [Int])
    /// Another tensor in the place of an input.
    case input(ValueID, Tensor)
  }

  /// The name of the convention: `bn eps`.
  let convention: String
  /// `eps=0.001`
  let words: String
  /// The layers that it is written at; none where it is written at the input.
  let nodes: [ValueID]
  let effect: Effect
}

/// A convention on which frameworks differ: the changes that a segment allows.
///
/// Rules that hold for several layers alike come before changes of one layer.
protocol Convention: Sendable {
  static var name: String { get }
  static func changes(to segment: Segment, _ place: TrialPlace) throws(Diagnostic) -> [Change]
}

/// What trials may ask for besides the segment.
struct TrialPlace: Sendable {
  let network: LoadedNetwork
  let input: VerificationInput
  /// Shapes of all values of the graph.
  let shapes: [Shape]
}

/// Every convention that is tried, one line each.
enum ConventionList {
  static let all: [any Convention.Type] = [
    ChannelOrder.self,
    PictureScaling.self,
    PaddingSplit.self,
    WindowRounding.self,
    PaddedCount.self,
    NormalizationEpsilon.self,
    RateRule.self,
    ResizeGrid.self,
    AlignedCorners.self,
    KernelLayout.self,
  ]
}

extension Convention {
  /// A change of one layer for each of its variants, after the change of all layers that take a
  /// variant of the same words, where several do.
  ///
  /// `variants` gives the other specs of a layer; those equal to its own are left out.
  static func perLayer(
    _ segment: Segment, _ variants: (ValueID, Node) -> [(words: String, spec: Spec)]
  ) -> [Change] {
    var single: [Change] = []
    var rules: [(words: String, specs: [ValueID: Spec])] = []
    for (id, node) in segment.layers {
      var seen: Set<Spec> = [node.spec]
      for (words, spec) in variants(id, node) where seen.insert(spec).inserted {
        single.append(
          Change(convention: name, words: words, nodes: [id], effect: .specs([id: spec])))
        if let index = rules.firstIndex(where: { $0.words == words }) {
          rules[index].specs[id] = spec
        } else {
          rules.append((words, [id: spec]))
        }
      }
    }
    let common = rules.filter { $0.specs.count > 1 }.map { words, specs in
      Change(
        convention: name, words: words, nodes: specs.keys.sorted { $0.index < $1.index },
        effect: .specs(specs))
    }
    return common + single
  }
}
