import IR
import Ops
import Source
import Syntax
import Tensors

/// Turns a syntax tree into a graph: a small interpreter of compile-time templates.
struct Elaborator {
  static let maximumSteps = 1_000_000
  static let maximumCalls = 64
  static let maximumRepeat = 10_000
  static let maximumNodes = 100_000
  /// Elements of a list, those of lists in it included.
  static let maximumElements = 100_000
  /// Characters of a layer's path of labels.
  static let maximumPath = 1_024
  /// Findings after which elaboration stops: nobody reads more.
  static let maximumFindings = 100

  let loader: ModuleLoader
  var builder: GraphBuilder
  var scope: Scope
  var diagnostics = DiagnosticSet()
  /// What was said where: an error in a block is reported for its first instance only.
  private var reported: Set<Finding> = []
  var facts = NetworkFacts()
  var activeBlocks: [BlockReference] = []
  var steps = 0
  /// The rule of every `os=` instance, where it is not the instances' own.
  var atrousRule: AtrousRule?
  /// Set once a bound is passed; elaboration stops quietly.
  var isExhausted = false

  init(loader: ModuleLoader, name: String, module: Int) {
    self.loader = loader
    builder = GraphBuilder(name: name)
    scope = Scope(module: module)
  }

  private struct Finding: Hashable {
    let code: String
    let span: Span
  }

  /// Adds a finding with the block instances around it.
  mutating func report(_ diagnostic: Diagnostic) {
    var diagnostic = diagnostic
    let place = diagnostic.span
    if let place,
      !reported.insert(Finding(code: diagnostic.code.id, span: place)).inserted
    {
      return
    }
    for call in scope.calls.reversed() where place.map(call.span.contains) != true {
      diagnostic.notes.append(.init("in `\(call.block)`, used here", at: call.span))
    }
    diagnostics.add(diagnostic)
    if diagnostics.all.count >= Self.maximumFindings { isExhausted = true }
  }

  /// Counts one step of work; false once the bound is passed, reported once.
  mutating func takeStep(at span: Span) -> Bool {
    if isExhausted { return false }
    steps += 1
    let layers = builder.graph.values.count
    if steps > Self.maximumSteps || layers > Self.maximumNodes {
      isExhausted = true
      let bound =
        layers > Self.maximumNodes
        ? "\(Self.maximumNodes) layers" : "\(Self.maximumSteps) steps of elaboration"
      report(.tooLarge("the network grows past \(bound) here", at: span))
      return false
    }
    return true
  }

  /// Runs `body` with a new innermost frame and returns the frame's bindings.
  mutating func inFrame(
    _ bindings: [String: Binding], _ body: (inout Elaborator) -> Void
  ) -> [String: Binding] {
    scope.frames.append(bindings)
    body(&self)
    return scope.frames.removeLast()
  }

  mutating func bind(_ name: Name, _ element: Element) {
    if let earlier = scope.frames[scope.frames.count - 1][name.text] {
      report(.boundTwice(name, first: earlier.span))
      return
    }
    scope.frames[scope.frames.count - 1][name.text] = Binding(element: element, span: name.span)
  }
}

extension Diagnostic {
  static func tooLarge(_ message: String, at span: Span) -> Diagnostic {
    Diagnostic(.tooLarge, message, at: span, help: "lower the counts of the loops around it")
  }

  static func boundTwice(_ name: Name, first: Span) -> Diagnostic {
    Diagnostic(
      .boundTwice, "`\(name.text)` is bound twice", at: name.span,
      notes: [Note("first bound here", at: first)], help: "give one of them another name")
  }
}
