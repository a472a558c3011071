import IR
import Kernels
import Tensors

extension Draft {
  /// Makes one convolution of two that have nothing but affine functions of a channel between them.
  ///
  /// `LinearPair` says that they are one function at a position where both windows lie inside the
  /// map. Where the second has one cell and no padding, it reads what the first gives, rim and all,
  /// and a stride of it takes every so many of the first's positions. Where the first has one cell,
  /// the zeros that the second's window sees around the map have to be what the first makes of
  /// zeros: there is no padding, or nothing is added between them. The products of weights are
  /// summed in double and rounded once, and so is the bias; the sums over channels are those of
  /// the sum of products in another order.
  mutating func mergeLinearPairs() {
    replaceSteps { draft, step, makers, uses in
      guard let pair = ConvolutionPair(step, draft, makers, uses), let spec = pair.spec,
        let weight = pair.parameters(for: spec),
        var merged = draft.step(
          .convolution(spec), [pair.first.inputs[0]], parameters: weight, step.origin),
        merged.call.output == step.call.output, pair.isWorthIt(as: merged.call)
      else { return nil }
      merged.output = step.output
      merged.fused = [pair.first.origin]
      draft.rewrites.append(
        Plan.Rewrite(
          origin: step.origin,
          text: "it is one convolution with \(pair.first.origin.path), of "
            + "\(pair.first.call.inputs[0].c) channels, "
            + "with nothing but affine functions between"))
      return [merged]
    }
  }
}

/// A convolution, and the one whose result it reads after affine functions.
private struct ConvolutionPair {
  let first: Draft.Step
  let second: Draft.Step
  private let outer: ConvolutionSpec
  private let inner: ConvolutionSpec
  /// The first's output to the second's input.
  private let affine: Epilogue
  private let between: [StepParameter]

  /// Nil where nothing else but affine functions lies between two convolutions, or something else
  /// reads what does.
  init?(
    _ step: Draft.Step, _ draft: Draft, _ makers: [ValueID: Draft.Step], _ uses: [ValueID: Int]
  ) {
    guard case .convolution(let outer) = step.call.spec, outer.groups == 1, !outer.transposed
    else { return nil }
    var (chain, value): ([Draft.Step], ValueID) = ([], draft.holder(step.inputs[0]))
    while let maker = makers[value], uses[value] == 1 {
      if case .convolution(let inner) = maker.call.spec {
        guard !inner.transposed else { return nil }
        var affine = Epilogue()
        for case (let step, .pointwise(let spec)) in chain.reversed().map({ ($0, $0.call.spec) }) {
          affine.append(spec, step.call, at: 0)
        }
        guard affine.affine != nil else { return nil }
        (first, second, self.outer, self.inner) = (maker, step, outer, inner)
        (self.affine, between) = (affine, chain.reversed().flatMap(\.parameters))
        return
      }
      guard case .pointwise = maker.call.spec, maker.inputs.count == 1 else { return nil }
      chain.append(maker)
      value = draft.holder(maker.inputs[0])
    }
    return nil
  }

  /// The one convolution; nil where the two are none.
  var spec: ConvolutionSpec? {
    var spec: ConvolutionSpec
    if second.projection != nil {
      spec = inner
      // TensorFlow's padding follows the stride.
      if case .sameTF = inner.padding, outer.stride != .one { return nil }
      spec.stride = Size2(
        inner.stride.height * outer.stride.height, inner.stride.width * outer.stride.width)
      spec.groups = 1
      spec.outputChannels = outer.outputChannels
    } else if first.projection != nil, inner.stride == .one,
      outer.padding == .none || !addsBetween
    {
      spec = outer
    } else {
      return nil
    }
    spec.hasBias = outer.hasBias || addsBetween
    return spec
  }

  /// Whether the function between the two convolutions' products adds something.
  private var addsBetween: Bool { inner.hasBias || !affine.isEmpty }

  func parameters(for spec: ConvolutionSpec) -> [StepParameter]? {
    guard let (slope, intercept) = affine.affine else { return nil }
    let pair = LinearPair(
      first: first.parameters[0], firstBias: inner.hasBias ? first.parameters[1] : nil,
      groups: inner.groups, slope: slope, intercept: intercept, between: between,
      second: second.parameters[0], secondBias: outer.hasBias ? second.parameters[1] : nil)
    return [.weight(of: pair)] + (spec.hasBias ? [.bias(of: pair)] : [])
  }

  /// Whether the one takes less work, its weights' numbers included, and saves as many products in a
  /// run as its weights are made of.
  func isWorthIt(as merged: Call) -> Bool {
    func work(_ calls: Call...) -> Int? {
      var work = Work()
      for call in calls {
        work.add(call)
        work.add(numbers: call.parameters[0].shape)
      }
      return work.amount
    }
    guard let before = work(first.call, second.call), let after = work(merged), after < before,
      let products = product([merged.parameters[0].shape.count, first.call.output.c])
    else { return false }
    return products <= before - after
  }
}
