/// What a network that is right may still not be meant to do; one function a lint.
package func lint(_ context: LintContext) -> [LintFinding] {
  // Parameters and work that read padding only.
  deadTaps(context)
}
