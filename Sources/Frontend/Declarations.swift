import IR
import Source
import Syntax
import Tensors

/// Class names with the palette they are drawn in.
package struct Legend: Hashable, Sendable {
  package enum Palette: String, CaseIterable, Sendable { case voc, cityscapes, imagenet, custom }
  package let palette: Palette
  /// Names by class index of an own list; the others are well known.
  package let names: [String]
}

/// `weights "x.safetensors" source="https://…"`
package struct WeightsDeclaration: Sendable {
  package let path: String
  package let source: String?
  package let span: Span
}

/// What a network declares besides its graph.
package struct NetworkFacts: Sendable {
  package var legend: Legend?
  package var weights: WeightsDeclaration?
  package var rules: [RenameRule] = []
  package var requirements: [SizeRequirement] = []
  /// What its `convention` says, where it has one: that of its training.
  package var convention: Convention?
  var expectations: [(expectation: Expectation, span: Span)] = []
}

/// A network as a graph with what it declares; made from one file and settings.
package struct Elaboration: Sendable {
  package var graph: Graph { builder.graph }
  package let facts: NetworkFacts
  package let diagnostics: DiagnosticSet
  /// The value of each parameter of the network, in order.
  package let settings: [(name: String, value: Constant)]
  let builder: GraphBuilder
  let frame: [String: Binding]
}
