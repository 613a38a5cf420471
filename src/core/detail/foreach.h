// SPDX-FileCopyrightText: 2026 The AxiomState authors
// SPDX-License-Identifier: MIT

#ifndef AXIOM_DETAIL_FOREACH_H
#define AXIOM_DETAIL_FOREACH_H

#if defined(_MSVC_TRADITIONAL) && _MSVC_TRADITIONAL
#    error "AXIOM_FIELDS needs the compiler's option /Zc:preprocessor"
#endif

// macro(context, item) for each item, separated by commas; up to 256 items. The technique of
// re-scanning is David Mazières's: https://www.scs.stanford.edu/~dm/blog/va-opt.html
#define AXIOM_DETAIL_PARENS ()
#define AXIOM_DETAIL_EXPAND(...) \
    AXIOM_DETAIL_EXPAND4(AXIOM_DETAIL_EXPAND4(AXIOM_DETAIL_EXPAND4(__VA_ARGS__)))
#define AXIOM_DETAIL_EXPAND4(...) \
    AXIOM_DETAIL_EXPAND3(AXIOM_DETAIL_EXPAND3(AXIOM_DETAIL_EXPAND3(__VA_ARGS__)))
#define AXIOM_DETAIL_EXPAND3(...) \
    AXIOM_DETAIL_EXPAND2(AXIOM_DETAIL_EXPAND2(AXIOM_DETAIL_EXPAND2(__VA_ARGS__)))
#define AXIOM_DETAIL_EXPAND2(...) \
    AXIOM_DETAIL_EXPAND1(AXIOM_DETAIL_EXPAND1(AXIOM_DETAIL_EXPAND1(__VA_ARGS__)))
#define AXIOM_DETAIL_EXPAND1(...) __VA_ARGS__

#define AXIOM_DETAIL_FOR_EACH(macro, context, ...) \
    __VA_OPT__(AXIOM_DETAIL_EXPAND(AXIOM_DETAIL_FOR_EACH_STEP(macro, context, __VA_ARGS__)))
#define AXIOM_DETAIL_FOR_EACH_STEP(macro, context, item, ...) \
    macro(context, item) \
        __VA_OPT__(, AXIOM_DETAIL_FOR_EACH_AGAIN AXIOM_DETAIL_PARENS(macro, context, __VA_ARGS__))
#define AXIOM_DETAIL_FOR_EACH_AGAIN() AXIOM_DETAIL_FOR_EACH_STEP

#endif // AXIOM_DETAIL_FOREACH_H
