import Formats
import Frontend
import IR
import Source
import Tensors

/// Where the weights of a run come from.
package enum WeightsChoice: Hashable, Sendable {
  case file(String)
  case random(seed: UInt64)

  /// `-w` first, then the seed, then the file that the spec names, beside the spec.
  package init(
    given: String?, seed: Int?, facts: NetworkFacts, spec: String
  ) throws(Diagnostic) {
    if let given {
      self = .file(given)
    } else if let seed {
      self = .random(seed: UInt64(seed))
    } else if let declared = facts.weights {
      let path = Self.path(declared.path, beside: spec)
      guard FilePath.exists(path) else {
        throw .weightsAbsent(path, declared)
      }
      self = .file(path)
    } else {
      throw .noWeightsDeclared(spec)
    }
  }

  /// A path of a spec, which is relative to the spec's own folder.
  package static func path(_ path: String, beside spec: String) -> String {
    guard !path.hasPrefix("/"), let slash = spec.lastIndex(of: "/") else { return path }
    return spec[...slash] + path
  }
}

/// The file of a network's weights, opened and its header read.
package func openWeights(_ path: String) throws(Diagnostic) -> any WeightSource {
  do {
    return try WeightsReader.open(path)
  } catch {
    throw .unreadableWeights(path, error)
  }
}

extension Diagnostic {
  fileprivate static func weightsAbsent(
    _ path: String, _ declared: WeightsDeclaration
  ) -> Diagnostic {
    let origin = declared.source.map { "it comes from \($0); " } ?? ""
    return Diagnostic(
      .noWeights, "there is no file `\(path)` with the weights of this network",
      at: declared.span,
      help: "\(origin)name another with `-w FILE`, or take `--random-weights 1` for a trial")
  }

  fileprivate static func noWeightsDeclared(_ spec: String) -> Diagnostic {
    Diagnostic(
      .noWeights, "the network names no file of weights", path: spec,
      help: "name one with `-w FILE`, or take `--random-weights 1` for a trial")
  }
}
