import Library

/// Did-you-mean: the nearest candidate within a third of the word's length, by edit distance; nil
/// where several are as near that a guess would mislead.
package func nearest(_ word: String, among candidates: some Sequence<String>) -> String? {
  var best: (name: String, distance: Int)?
  var ties = 0
  let limit = max(1, min(word.count, 24) / 3)
  for candidate in Set(candidates).sorted() where abs(candidate.count - word.count) <= limit {
    let distance = editDistance(Array(word.prefix(64)), Array(candidate.prefix(64)))
    guard distance <= limit, distance <= best?.distance ?? .max else { continue }
    ties = distance == best?.distance ? ties + 1 : 0
    if ties == 0 { best = (candidate, distance) }
  }
  return ties < 2 ? best?.name : nil
}

/// What a word of another framework is called here.
func translation(of word: String) -> String? {
  let words = [
    "dilation": "rate", "dilations": "rate", "dilation_rate": "rate", "atrous_rate": "rate",
    "padding": "pad", "strides": "stride", "kernel_size": "kernel", "filters": "channels",
    "out_channels": "channels", "num_output": "channels", "group": "groups",
    "num_groups": "groups", "use_bias": "bias", "bias_term": "bias", "epsilon": "eps",
    "size": "to", "scale_factor": "to", "negative_slope": "slope",
    "conv2d": "conv", "convolution": "conv", "deconv": "transposed_conv",
    "conv_transpose": "transposed_conv", "conv2d_transpose": "transposed_conv",
    "linear": "dense", "fc": "dense", "inner_product": "dense", "batchnorm": "bn",
    "batch_norm": "bn", "batch_normalization": "bn", "swish": "silu", "pool": "maxpool",
    "max_pool": "maxpool", "max_pool2d": "maxpool", "maxpool2d": "maxpool",
    "avg_pool": "avgpool", "avg_pool2d": "avgpool", "avgpool2d": "avgpool",
    "average_pool": "avgpool", "upsample": "resize", "interpolate": "resize",
    "cat": "concat", "concatenate": "concat", "sum": "add", "multiply": "mul",
    "non_local_attention": "attend", "attention": "attend", "local_response_norm": "lrn",
  ]
  return words[word.lowercased()]
}

/// The library module that declares a block of this name.
func library(declaring block: String) -> String? {
  guard block.utf8.count > 1 else { return nil }
  return StandardLibrary.names.first { name in
    let text = StandardLibrary.modules[name] ?? ""
    return ["(", "<", "["].contains { text.contains("\nblock \(block)\($0)") }
  }
}

/// Levenshtein distance where a swap of neighbours counts as one edit.
private func editDistance(_ a: [Character], _ b: [Character]) -> Int {
  var twoAbove = [Int](repeating: 0, count: b.count + 1)
  var above = Array(0...b.count)
  for i in 0..<a.count {
    var row = [i + 1]
    for j in 0..<b.count {
      var cost = min(above[j + 1] + 1, row[j] + 1, above[j] + (a[i] == b[j] ? 0 : 1))
      if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] { cost = min(cost, twoAbove[j - 1] + 1) }
      row.append(cost)
    }
    twoAbove = above
    above = row
  }
  return above[b.count]
}
