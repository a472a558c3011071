import IR
import Ops
import Source
import Syntax
import Tensors

/// An error that has been reported already.
struct Reported: Error {}

extension Elaborator {
  /// Elaborates a block's body in a scope of its own.
  mutating func instantiate(
    _ reference: BlockReference, _ application: Application, inputs: [Operand], at span: Span
  ) -> Element {
    let block = loader.block(reference)
    if activeBlocks.contains(reference) {
      let chain = (activeBlocks + [reference]).map { "`\(loader.block($0).name.text)`" }
      return fail(.recursion(chain.joined(separator: " → "), at: span))
    }
    guard activeBlocks.count < Self.maximumCalls else {
      return fail(
        .tooLarge("blocks nest more than \(Self.maximumCalls) levels deep here", at: span))
    }
    do {
      let arguments = try bind(block, application, inputs: inputs, at: span)
      let path = try path(
        application.label, fallback: scope.bindingName ?? block.name.text, at: span)
      let before = builder.graph.parameters.count
      let stride = arguments.outputStride
      if let stride {
        try builder.openOutputStride(
          stride.value, rule: atrousRule ?? arguments.rule, at: stride.span)
      }
      let element = elaborate(block, reference, arguments, path: path, at: span)
      if stride != nil { builder.closeOutputStride() }
      try noteUnlabelled(application.label, since: before, at: span)
      if application.isUnused { return inputs.first.map { .value($0) } ?? .poison }
      if application.label?.isTransparent != true { addLabels(path, element) }
      return element
    } catch let diagnostic as Diagnostic {
      return fail(diagnostic)
    } catch {
      return .poison
    }
  }

  private mutating func elaborate(
    _ block: BlockDeclaration, _ reference: BlockReference, _ arguments: BlockArguments,
    path: String, at span: Span
  ) -> Element {
    let outer = scope
    scope = Scope(module: reference.module)
    scope.prefix = path
    scope.calls = outer.calls + [CallSite(block: block.name.text, span: span, path: path)]
    scope.convention = outer.convention
    activeBlocks.append(reference)
    defer {
      scope = outer
      activeBlocks.removeLast()
    }
    do {
      for (name, operand) in arguments.values { bind(name, .value(operand)) }
      for parameter in block.parameters {
        bind(parameter.name, try value(of: parameter, of: block, arguments, at: span))
      }
    } catch let diagnostic as Diagnostic {
      return fail(diagnostic)
    } catch {
      return .poison
    }
    run(block.body)
    return results(of: block)
  }

  /// The results of an instance under its path: the main one, or all where none is called `out`,
  /// and each under its own name.
  private mutating func addLabels(_ path: String, _ element: Element) {
    if let value = element.value { builder.addLabel(path, value, isLayer: false) }
    guard case .record(let record) = element else { return }
    for name in record.names {
      guard let value = record.results[name]?.value else { continue }
      if record.main == nil { builder.addLabel(path, value, isLayer: false) }
      builder.addLabel("\(path).\(name)", value, isLayer: false)
    }
  }

  private mutating func results(of block: BlockDeclaration) -> Element {
    let names = block.results.isEmpty ? [Name("out", block.name.span)] : block.results
    var results: [String: Element] = [:]
    for name in names {
      guard let binding = scope.frames[0][name.text] else {
        return isExhausted ? .poison : fail(.missingOut(name, block.name))
      }
      results[name.text] = binding.element
    }
    if block.results.isEmpty { return results["out"] ?? .poison }
    return .record(
      Record(block: block.name.text, results: results, names: names.map(\.text)))
  }
}

extension Diagnostic {
  fileprivate static func recursion(_ chain: String, at span: Span) -> Diagnostic {
    Diagnostic(
      .recursion, "a block cannot contain itself: \(chain)", at: span,
      help: "use `repeat n as i (x) { … }` for layers in series")
  }

  fileprivate static func missingOut(_ name: Name, _ block: Name) -> Diagnostic {
    Diagnostic(
      .noOut, "the block `\(block.text)` does not bind its result `\(name.text)`", at: name.span,
      help: "add `\(name.text) = …` to its body")
  }
}
