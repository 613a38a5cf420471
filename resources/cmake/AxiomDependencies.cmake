# SPDX-FileCopyrightText: 2026 The AxiomState authors
# SPDX-License-Identifier: MIT

# What must be there before anything can be built, and words for when it is not. A macro, as the
# package's variables belong to the caller.
#   axiom_find_qt(Core Quick)
macro(axiom_find_qt)
    find_package(Qt6 6.4 QUIET COMPONENTS ${ARGN})
    if(NOT Qt6_FOUND)
        set(axiom_missing "")
        foreach(component IN ITEMS ${ARGN})
            if(NOT Qt6${component}_FOUND)
                string(APPEND axiom_missing " Qt6${component}")
            endif()
        endforeach()
        foreach(version IN LISTS Qt6_CONSIDERED_VERSIONS)
            if(version VERSION_LESS 6.4)
                string(APPEND axiom_missing " (found Qt ${version}, which is too old)")
            endif()
        endforeach()
        set(axiom_more "")
        foreach(component IN ITEMS ${ARGN})
            if(component STREQUAL "Quick")
                string(APPEND axiom_more " Without Qt Quick, set AXIOM_BUILD_QUICK to OFF.")
            endif()
        endforeach()
        # The reason, as of Qt's own, of what is there and yet can't be used.
        if(Qt6_NOT_FOUND_MESSAGE)
            string(APPEND axiom_more "\n${Qt6_NOT_FOUND_MESSAGE}")
        endif()
        message(FATAL_ERROR
            "Qt 6.4 or newer is needed; missing:${axiom_missing}.\n"
            "Debian and Ubuntu call it qt6-base-dev, qt6-declarative-dev and "
            "qt6-declarative-dev-tools (./dev test installs all that is missing). For another Qt "
            "than the system's, set CMAKE_PREFIX_PATH to its folder, such as <Qt>/6.5.3/gcc_64."
            "${axiom_more}")
    endif()
endmacro()
