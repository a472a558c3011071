import IR
import Syntax
import Tensors

extension Program {
  /// The image sizes that the file's expectations state for a network with these settings.
  ///
  /// `usual` is the network as it stands in its file. Where no expectation has just these settings,
  /// the sizes of all.
  package func statedSizes(_ elaboration: Elaboration, usual: Elaboration) -> [Sizes] {
    let own = named(elaboration.settings)
    var matching: [Sizes] = []
    var all: [Sizes] = []
    for (expectation, _) in usual.facts.expectations {
      guard case .conditions = expectation.kind, let at = try? size(expectation, usual),
        let given = try? settings(expectation, usual)
      else { continue }
      let sizes = Sizes(height: at.height, width: at.width)
      if !all.contains(sizes) { all.append(sizes) }
      guard named(usual.settings).merging(named(given), uniquingKeysWith: { $1 }) == own,
        !matching.contains(sizes)
      else { continue }
      matching.append(sizes)
    }
    return matching.isEmpty ? all : matching
  }

  private func named(_ settings: [(name: String, value: Constant)]) -> [String: Constant] {
    Dictionary(settings.map { ($0.name, $0.value) }, uniquingKeysWith: { $1 })
  }
}
